import { PilothouseError, isPilothouseError } from '../../src-preload/contract/errors.ts'
import { errorCodeOf } from './query.ts'

interface Address {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
}

type Verdict = { code: 'ledger_unavailable' | 'permission_denied'; hint: string }

/** SQLSTATEs (PostgreSQL's appendix A) and Node's network codes that a connection fails with. */
const verdicts: Readonly<Record<string, Verdict>> = {
  '28P01': { code: 'permission_denied', hint: 'ledger_password' },
  '28000': { code: 'permission_denied', hint: 'ledger_login' },
  '42501': { code: 'permission_denied', hint: 'not_a_member' },
  '3D000': { code: 'ledger_unavailable', hint: 'database_missing' },
  '3F000': { code: 'ledger_unavailable', hint: 'not_migrated' },
  '42P01': { code: 'ledger_unavailable', hint: 'not_migrated' },
  '53300': { code: 'ledger_unavailable', hint: 'too_many_connections' },
  '57P01': { code: 'ledger_unavailable', hint: 'starting' },
  '57P02': { code: 'ledger_unavailable', hint: 'starting' },
  '57P03': { code: 'ledger_unavailable', hint: 'starting' },
  ECONNREFUSED: { code: 'ledger_unavailable', hint: 'unreachable' },
  ECONNRESET: { code: 'ledger_unavailable', hint: 'unreachable' },
  EHOSTUNREACH: { code: 'ledger_unavailable', hint: 'unreachable' },
  ENETUNREACH: { code: 'ledger_unavailable', hint: 'unreachable' },
  ENOENT: { code: 'ledger_unavailable', hint: 'unreachable' },
  ENOTFOUND: { code: 'ledger_unavailable', hint: 'unreachable' },
  EAI_AGAIN: { code: 'ledger_unavailable', hint: 'unreachable' },
  EPIPE: { code: 'ledger_unavailable', hint: 'unreachable' },
  ETIMEDOUT: { code: 'ledger_unavailable', hint: 'unreachable' },
}

/** OpenSSL's and Node's names for a certificate that doesn't convince. */
const tlsCode = /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/

/** node-postgres gives these without a code. */
const messages: readonly (readonly [RegExp, Verdict])[] = [
  [/does not support SSL|establishing an SSL/, { code: 'ledger_unavailable', hint: 'tls' }],
  [/^SASL/, { code: 'permission_denied', hint: 'ledger_password' }],
  [
    /timeout|terminated unexpectedly|Connection terminated/i,
    { code: 'ledger_unavailable', hint: 'unreachable' },
  ],
]

/** What a failure to connect means to its reader; anything unexpected comes back as it was. Pure. */
export function connectError(error: unknown, address: Address): unknown {
  if (isPilothouseError(error)) return error
  const verdict = judge(error)
  if (verdict === null) return error
  const { host, port, database, user } = address
  const options = { cause: error, hint: verdict.hint }
  if (verdict.code === 'ledger_unavailable')
    return new PilothouseError('ledger_unavailable', { host, port, database }, options)
  return new PilothouseError(
    'permission_denied',
    { permission: 'ledger:connect', grantors: [], login: user, host },
    options,
  )
}

function judge(error: unknown): Verdict | null {
  const code = errorCodeOf(error)
  const byCode = code === null ? undefined : verdicts[code]
  if (byCode) return byCode
  if (code !== null && tlsCode.test(code)) return { code: 'ledger_unavailable', hint: 'tls' }
  const message = error instanceof Error ? error.message : ''
  return messages.find(([pattern]) => pattern.test(message))?.[1] ?? null
}
