import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, chown, lstat, mkdir, realpath, rm, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { accountOfOwner, chooseAccount, identityOf } from './account.ts'
import type { Account } from './account.ts'
import { isMissing } from './files.ts'

const run = promisify(execFile)

/** The folder of all that a server writes, and the account that owns it. */
export interface Place {
  readonly folder: string
  readonly account: Account
}

/** Below a home that the server's account can't enter, this is a link to where the folder really is. */
function linkOf(home: string): string {
  return path.join(home, 'server')
}

/** The place of the server of this home; null where it never had one. Errors as in `accountOfOwner`. */
export async function findPlace(home: string): Promise<Place | null> {
  try {
    const folder = await realpath(linkOf(home))
    return { folder, account: accountOfOwner(await stat(folder)) }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/**
 * Makes a place: in the home, or (as root, whose homes are closed to others) in /var/lib/pilothouse with a link from
 * the home, so that a later change of the home's mode doesn't move it.
 */
export async function makePlace(home: string): Promise<Place> {
  const account = await chooseAccount()
  const inside = account.kind === 'self' || (await mayEnter(home, account))
  const outside = path.join(
    '/var/lib/pilothouse',
    createHash('sha256').update(home).digest('hex').slice(0, 16),
  )
  const folder = inside ? linkOf(home) : outside
  if (!inside) await mkdir(path.dirname(outside), { recursive: true, mode: 0o755 })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  if (account.kind === 'other') await chown(folder, account.uid, account.gid)
  if (!inside) await linkTo(folder, linkOf(home))
  return { folder, account }
}

/** A link to a folder that was deleted is in the way of a new one. */
async function linkTo(folder: string, link: string): Promise<void> {
  await rm(link, { force: true })
  await symlink(folder, link)
}

/** Deletes the place with everything in it. */
export async function removePlace(home: string, place: Place): Promise<void> {
  await rm(place.folder, { recursive: true, force: true, maxRetries: 10 })
  const link = await lstat(linkOf(home)).catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (link !== null) await rm(linkOf(home), { force: true })
}

async function mayEnter(folder: string, account: Account): Promise<boolean> {
  return run('sh', ['-c', 'cd "$1"', 'sh', folder], { cwd: '/', ...identityOf(account) }).then(
    () => true,
    () => false,
  )
}
