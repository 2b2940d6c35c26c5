import { execFile } from 'node:child_process'
import process from 'node:process'
import { promisify } from 'node:util'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'

const run = promisify(execFile)

/** Who the server runs as: ourselves, or (PostgreSQL refuses root) an unprivileged account that exists already. */
export type Account =
  { readonly kind: 'self' } | { readonly kind: 'other'; readonly uid: number; readonly gid: number }

/** First the account that PostgreSQL's packages make, since many daemons share `nobody`. */
const candidates = ['postgres', 'nobody'] as const

/** For a new server. Throws `ledger_unavailable` (hint `embedded_no_account`) as root without a fitting account. */
export async function chooseAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return { kind: 'self' }
  for (const name of candidates) {
    const found = await lookUp(name)
    if (found !== null && found.uid !== 0) return { kind: 'other', ...found }
  }
  throw new PilothouseError(
    'ledger_unavailable',
    { accounts: [...candidates] },
    { hint: 'embedded_no_account' },
  )
}

/**
 * For a server that exists: the owner of its folder, whichever accounts the system has got since.
 * Throws `ledger_unavailable` (hint `embedded_other_account`) where that is somebody else and we aren't root.
 */
export function accountOfOwner({ uid, gid }: { uid: number; gid: number }): Account {
  const own = process.getuid?.()
  if (own === undefined || (own === uid && uid !== 0)) return { kind: 'self' }
  if (own === 0 && uid !== 0) return { kind: 'other', uid, gid }
  throw new PilothouseError('ledger_unavailable', { owner: uid }, { hint: 'embedded_other_account' })
}

/** What a child process needs to run as the account. */
export function identityOf(account: Account): { uid?: number; gid?: number } {
  return account.kind === 'self' ? {} : { uid: account.uid, gid: account.gid }
}

/** `id` asks every source of accounts that the system has, not only /etc/passwd; it exits 1 for an unknown name. */
async function lookUp(name: string): Promise<{ uid: number; gid: number } | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 1) return null
    throw error
  }
}
