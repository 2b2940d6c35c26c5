import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { emptyNames } from '../../script/dev/lint/names.ts'

const lineCap = 400
const notOurs = new Set(['.git', 'node_modules', '.cache', 'coverage', 'out'])
const topFolders = new Set([
  'src-main',
  'src-preload',
  'src-renderer',
  'migrations',
  'script',
  'test',
  'docs',
])
const code = /\.(ts|tsx|js|sql|sh|css)$|^\.ci\/|^script\/host\//
const exemption =
  /(\/\/|\/\*|<!--|#)\s*(eslint-(disable|enable)|@ts-(ignore|nocheck|expect-error)|prettier-ignore)/

async function filesOf(root: string, folder = ''): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true })
  const found = entries
    .filter((entry) => !notOurs.has(entry.name))
    .map(async (entry) => {
      const file = path.posix.join(folder, entry.name)
      if (entry.isDirectory()) return filesOf(root, file)
      return entry.isFile() ? [file] : []
    })
  return (await Promise.all(found)).flat()
}

/**
 * What in one file breaks the rules that hold for every language: names, size, no exemptions from checks.
 *
 * @param file path from the root
 */
export function fileProblems(file: string, text: string): string[] {
  const lines = text.split('\n').length - (text.endsWith('\n') ? 1 : 0)
  const top = file.includes('/') ? [file.slice(0, file.indexOf('/'))] : []
  return [
    ...emptyNames(file).map((word) => `${file}: "${word}" says nothing`),
    ...top
      .filter((folder) => !folder.startsWith('.') && !topFolders.has(folder))
      .map((folder) => `${file}: ${folder} is no folder of the house`),
    ...(code.test(file) && lines > lineCap ? [`${file}: ${lines} lines, ${lineCap} at most`] : []),
    ...(code.test(file) && exemption.test(text) ? [`${file}: exempts itself from a check`] : []),
  ]
}

/** What in a tree breaks the rules of `fileProblems`. */
export async function treeProblems(root: string): Promise<string[]> {
  const files = await filesOf(root)
  const problems = await Promise.all(
    files.map(async (file) => fileProblems(file, await readFile(path.join(root, file), 'utf8'))),
  )
  return problems.flat().sort()
}
