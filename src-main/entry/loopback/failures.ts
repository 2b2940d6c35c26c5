import { isPilothouseError, PilothouseError } from '../../../src-preload/contract/errors.ts'
import { explain } from '../failure.ts'
import type { ReportDefect } from './contractHandler.ts'

/** An HTTP answer for a thrown value. `body` has the shape that the command line prints with --json. */
export interface HttpFailure {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: {
    readonly error: { readonly code: string; readonly message: string; readonly hint: string }
  }
}

const statuses = new Map<string, number>([
  ['identity_unknown', 401],
  ['not_found', 404],
  ['rate_limited', 429],
  ['internal_error', 500],
])

function answer(error: PilothouseError, status = statuses.get(error.code) ?? 400): HttpFailure {
  const { code, message, hint, data } = explain(error)
  const wait = data['retry_after_seconds']
  return {
    status,
    headers: typeof wait === 'number' ? { 'Retry-After': String(wait) } : {},
    body: { error: { code, message, hint } },
  }
}

/** What a thrown value is to whoever sent the request; a defect is told to `report` and not to them. */
export function httpFailure(error: unknown, report: ReportDefect): HttpFailure {
  if (isPilothouseError(error)) return answer(error)
  const status = statusOf(error)
  // A request that the HTTP layer could not read: too large, another type, broken JSON.
  if (status >= 400 && status < 500) {
    const problems = [{ path: 'request', problem: `HTTP ${status}` }]
    return answer(new PilothouseError('validation_error', { problems }), status)
  }
  return answer(new PilothouseError('internal_error', { problem: report(error) }))
}

function statusOf(error: unknown): number {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' ? status : 500
}
