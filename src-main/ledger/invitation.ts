import { readFile, writeFile } from 'node:fs/promises'
import pg from 'pg'
import { z } from 'zod'
import { PilothouseError, isPilothouseError } from '../../src-preload/contract/errors.ts'
import { login } from '../../src-preload/contract/vocabulary.ts'
import { withAdministrator } from './connection.ts'
import type { ConnectionOptions } from './connection.ts'
import { scramVerifier } from './scram.ts'

/** In characters. */
const shortestPassword = 12

/** Where a ledger is. `ca` is PEM text; `tls` null means the default (verified wherever the host isn't loopback). */
export const ledgerAddress = z.object({
  host: z.string().min(1),
  port: z.int().min(1).max(65_535),
  database: z.string().min(1),
  tls: z.enum(['verify-full', 'require', 'insecure']).nullable().default(null),
  ca: z.string().nullable().default(null),
})
export type LedgerAddress = z.infer<typeof ledgerAddress>

/** What an administrator hands to a new member, as a file. The password works until it is accepted. */
export const invitation = z.object({
  version: z.literal(1),
  ledger: ledgerAddress,
  login,
  one_time_password: z.string().min(1),
})
export type Invitation = z.infer<typeof invitation>

/** Writes an invitation to a new file that only its owner reads; `conflict` where the file exists. */
export async function writeInvitation(file: string, given: Invitation): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(given, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new PilothouseError('conflict', { file }, { cause: error, hint: 'file_exists' })
    throw error
  }
}

/** Reads an invitation; `not_found` without the file, `validation_error` for one that isn't whole. */
export async function readInvitation(file: string): Promise<Invitation> {
  try {
    return invitation.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
      throw new PilothouseError('not_found', { file }, { cause: error })
    throw new PilothouseError('validation_error', { problems: problemsOf(error) }, { cause: error })
  }
}

/** The file's content is never repeated: it holds a password. */
function problemsOf(error: unknown): { path: string; problem: string }[] {
  if (error instanceof z.ZodError)
    return error.issues.map((issue) => ({ path: issue.path.join('.'), problem: issue.code }))
  return [{ path: '', problem: 'not JSON' }]
}

/** How a login reaches a ledger; the password is not part of it. */
export function connectionTo(ledger: LedgerAddress, as: string): ConnectionOptions {
  const url = new URL('postgres://host')
  url.hostname = ledger.host.includes(':') ? `[${ledger.host}]` : ledger.host
  url.port = String(ledger.port)
  url.username = encodeURIComponent(as)
  url.pathname = `/${encodeURIComponent(ledger.database)}`
  return {
    connectionString: url.href,
    ...(ledger.tls === null ? {} : { tls: ledger.tls }),
    ...(ledger.ca === null ? {} : { ca: ledger.ca }),
  }
}

/**
 * Replaces the one-time password by the member's own, under the member's own login: after that, the invitation opens
 * nothing. Keep the new password before you call this; a connection that breaks in between may have changed it.
 *
 * Throws `permission_denied` (hint `invitation_used`) at a second use, `validation_error` for a password that is too
 * short, and what connecting throws.
 *
 * @returns how to connect from now on, with the new password
 */
export async function acceptInvitation(given: Invitation, newPassword: string): Promise<ConnectionOptions> {
  const connection = connectionTo(given.ledger, given.login)
  if (newPassword.length < shortestPassword)
    throw new PilothouseError('validation_error', {
      problems: [{ path: 'password', problem: `at least ${shortestPassword} characters` }],
    })
  const verifier = await scramVerifier(newPassword)
  try {
    await withAdministrator({ ...connection, password: given.one_time_password }, (client) =>
      client.query(`ALTER ROLE CURRENT_USER PASSWORD ${pg.escapeLiteral(verifier)}`),
    )
  } catch (error) {
    if (!isPilothouseError(error, 'permission_denied')) throw error
    throw new PilothouseError(
      'permission_denied',
      { permission: 'ledger:connect', grantors: [], login: given.login },
      { cause: error, hint: 'invitation_used' },
    )
  }
  return { ...connection, password: newPassword }
}
