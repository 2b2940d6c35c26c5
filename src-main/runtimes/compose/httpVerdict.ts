import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Check } from '../../../src-preload/contract/releases.ts'
import type { Verification } from '../../../src-preload/contract/services.ts'
import { composeCheck } from './noticed.ts'

type HttpCheck = NonNullable<Verification['http']>

/** What an HTTP check's request gave: a response, or why there was none. */
export type HttpAnswer = { readonly status: number; readonly body: string } | { readonly problem: string }

/** The optional HTTP check, judged. `error` is `verify_failed` with `{url, reason}` where it didn't pass. */
export function judgeHttp(
  rule: HttpCheck,
  answer: HttpAnswer,
): { check: Check; error: PilothouseError<'verify_failed'> | null } {
  const { url } = rule
  const reason = reasonAgainst(rule, answer)
  if (reason === null)
    return { check: composeCheck('http_ok', 'info', { url, status: rule.status }), error: null }
  return {
    check: composeCheck('http_failed', 'error', { url, reason }),
    error: new PilothouseError('verify_failed', { url, reason, services: '' }),
  }
}

function reasonAgainst(rule: HttpCheck, answer: HttpAnswer): string | null {
  if ('problem' in answer) return answer.problem
  if (answer.status !== rule.status) return `status ${answer.status} instead of ${rule.status}`
  const { contains } = rule
  return contains === undefined || answer.body.includes(contains)
    ? null
    : `the answer does not contain "${contains}"`
}
