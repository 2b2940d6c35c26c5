import { Buffer } from 'node:buffer'
import type pg from 'pg'
import { z } from 'zod'
import { PilothouseError, errorCode, errorDataSchema } from '../../src-preload/contract/errors.ts'
import type { ErrorCode } from '../../src-preload/contract/errors.ts'
import { json } from '../../src-preload/contract/vocabulary.ts'
import { connectError } from './connectError.ts'
import { errorCodeOf } from './query.ts'

/** Somebody holds what the command needs for too long: a lock, a deadlock that it lost, or the time for a statement. */
const busy = new Set(['55P03', '40P01', '57014'])

/** The functions of `pilothouse_api`, by their names there. */
export const commandNames = [
  'authorize',
  'declare',
  'record_preview',
  'request_apply',
  'decide',
  'withdraw',
  'request_abort',
  'assign',
  'comment',
  'viewed',
  'take_lease',
  'renew_lease',
  'record_step',
  'record_logs',
  'record_diagnostics',
  'finish',
  'enroll_recipient',
  'put_target_key',
  'verify_chains',
  'record_export',
  'change',
  'freeze',
  'end_delegation',
  'break_glass',
  'tend',
] as const
export type CommandName = (typeof commandNames)[number]

const answer = z.union([
  z.looseObject({ ok: z.literal(true) }),
  z.object({ ok: z.literal(false), code: errorCode, data: z.record(z.string(), json) }),
])
const answerRow = z.tuple([z.object({ answer })])

/**
 * Calls one function of the ledger with its command as JSON, and parses what it answers.
 *
 * Throws the refusal as a `PilothouseError`; `ledger_unavailable` for a connection that is not to be had or broke (the
 * command may or may not have been done: its `command_id` makes asking again safe); zod's error for an answer of
 * another shape.
 */
export async function call<T>(
  pool: pg.Pool,
  name: CommandName,
  command: object,
  shape: z.ZodType<T>,
  document?: Uint8Array,
): Promise<T> {
  const params: unknown[] = [JSON.stringify(command)]
  if (document !== undefined) params.push(Buffer.from(document))
  const places = params.map((_, index) => `$${index + 1}`).join(', ')
  const rows = await query(pool, `select pilothouse_api.${name}(${places}) as answer`, params)
  const [row] = answerRow.parse(rows)
  if (row.answer.ok === false) throw refused(row.answer.code, row.answer.data)
  return shape.parse(row.answer)
}

async function query(pool: pg.Pool, sql: string, params: unknown[]): Promise<unknown[]> {
  try {
    const result = await pool.query<Record<string, unknown>>(sql, params)
    return result.rows
  } catch (error) {
    throw unavailable(pool, error)
  }
}

/** What kept the command from being answered; a fault of a function itself stays what it is. */
function unavailable({ options }: pg.Pool, error: unknown): unknown {
  const { host = '', port = 0, database = '', user = '' } = options
  if (busy.has(errorCodeOf(error) ?? '')) {
    return new PilothouseError('ledger_unavailable', { host, port, database }, { cause: error, hint: 'busy' })
  }
  return connectError(error, { host, port, database, user })
}

const hinting = z.object({ hint: z.string().optional() })

/** A refusal whose data names a more fitting hint has it as the error's own; readers don't find it among the data. */
function refused(code: ErrorCode, data: unknown): PilothouseError {
  const { hint, ...parsed } = z.record(z.string(), json).parse(errorDataSchema(code).parse(data))
  const named = hinting.parse({ hint }).hint
  return new PilothouseError<ErrorCode>(code, parsed, named === undefined ? {} : { hint: named })
}
