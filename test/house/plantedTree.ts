import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'

export const repository = path.resolve(import.meta.dirname, '../..')

const configuration = [
  '.dependency-cruiser.js',
  'eslint.config.js',
  'package.json',
  'tsconfig.base.json',
  'tsconfig.json',
  'script/dev/lint',
]

export interface PlantedTree extends AsyncDisposable {
  root: string
}

/**
 * A tree outside the repository, with the repository's configuration and installed packages and the given
 * files (path → text), to see what the house rules say of them. Removed when it is disposed of.
 */
export async function plantTree(files: Record<string, string>): Promise<PlantedTree> {
  const root = await mkdtemp(path.join(tmpdir(), 'pilothouse-planted-'))
  for (const file of configuration) {
    await cp(path.join(repository, file), path.join(root, file), { recursive: true })
  }
  await symlink(path.join(repository, 'node_modules'), path.join(root, 'node_modules'))
  for (const [file, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true })
    await writeFile(path.join(root, file), text)
  }
  return { root, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) }
}
