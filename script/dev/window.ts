import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { repository } from './toolchain.js'

/** What the window is built from and where to. Paths of `sources` are relative to `root`, files or folders. */
export interface WindowBuild {
  readonly root: string
  readonly sources: readonly string[]
  /** Where the built window stands; beside it, `<folder>.sha256` says from which sources. */
  readonly folder: string
  /** Builds into a folder; throws with what the builder said. */
  readonly build: (into: string) => Promise<void>
}

const own: WindowBuild = {
  root: repository,
  sources: ['src-renderer', 'src-preload/contract', 'electron.vite.config.ts', 'package-lock.json'],
  folder: path.join(repository, 'out', 'renderer'),
  build: buildWithVite,
}

/** Runs electron-vite; its output is shown only when it fails, since it says nothing that a person has to know. */
async function buildWithVite(into: string): Promise<void> {
  const program = path.join(repository, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const child = spawn(process.execPath, [program, 'build'], {
    cwd: repository,
    env: { ...process.env, PILOTHOUSE_WINDOW_OUT: into },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => said.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk))
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new Error(`The window could not be built:\n${Buffer.concat(said).toString('utf8')}`)
}

async function filesOf(root: string, source: string): Promise<string[]> {
  const place = path.join(root, source)
  if (!(await stat(place)).isDirectory()) return [source]
  const entries = await readdir(place, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
}

/** SHA-256 over names and contents of everything that the window is built from, in hex. */
async function digestOf({ root, sources }: WindowBuild): Promise<string> {
  const files = (await Promise.all(sources.map((source) => filesOf(root, source)))).flat().sort()
  const hash = createHash('sha256')
  for (const file of files) {
    const content = await readFile(path.join(root, file))
    hash.update(`${file}\n${content.length}\n`).update(content)
  }
  return hash.digest('hex')
}

async function isFresh(build: WindowBuild, digest: string): Promise<boolean> {
  const stamp = `${build.folder}.sha256`
  if (!existsSync(path.join(build.folder, 'index.html')) || !existsSync(stamp)) return false
  return (await readFile(stamp, 'utf8')) === digest
}

/**
 * Builds the window where it is missing or older than its sources, and gives the folder that it stands in. It is built
 * aside and then put in place, so that whoever serves it meanwhile never finds half of it.
 */
export async function ensureWindow(build: WindowBuild = own): Promise<string> {
  const digest = await digestOf(build)
  if (await isFresh(build, digest)) return build.folder
  const aside = `${build.folder}-${process.pid}`
  await mkdir(path.dirname(build.folder), { recursive: true })
  try {
    await build.build(aside)
    // Another process may have built the same meanwhile.
    if (await isFresh(build, digest)) return build.folder
    await rm(build.folder, { recursive: true, force: true })
    await rename(aside, build.folder)
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  await writeFile(`${build.folder}.sha256`, digest)
  return build.folder
}

if (process.argv[1] === import.meta.filename) await ensureWindow()
