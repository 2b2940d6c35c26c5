import type { Message } from '../../../src-preload/contract/vocabulary.ts'
import type { Failure, NewDiagnostic } from '../../ports/runtime.ts'
import { causeIn } from './causes.ts'
import type { Cause } from './causes.ts'
import { resourceOf } from './finding.ts'
import type { Evidence } from './finding.ts'
import { numberOf, textOf, wordsOf } from './telling.ts'
import type { Tell } from './telling.ts'
import { words } from './words.ts'

/** The failure itself: told where its output names a cause, where an HTTP check failed, or where it stands `alone`. */
export function ofFailure(failure: Failure, evidence: Evidence, tell: Tell, alone: boolean): NewDiagnostic[] {
  const output = evidence.output.map(tell).filter((line) => line.trim() !== '')
  const { error } = failure
  const reason = textOf(error.data, 'reason')
  const cause = causeIn(output) ?? causeIn([tell(textOf(error.data, 'problem')), tell(reason)])
  const http = textOf(error.data, 'url')
  if (cause === null && http === '' && !alone) return []
  const details = wordsOf(error, tell)
  return [
    {
      phase: failure.phase,
      code: error.code,
      severity: 'error',
      resource: resourceOf('project', evidence.project, evidence, null),
      message: messageOf(failure, cause, details, output),
      evidence: {
        exit_code: numberOf(error.data, 'exit_code'),
        health_output: null,
        last_log_lines: output,
        facts: { step: failure.step?.key ?? null, ...details },
      },
      hint:
        cause === null
          ? { text: error.hint ?? `hint.${error.code}`, params: details }
          : words(`hint.compose_cause.${cause.key}`, { ...details, line: cause.line }),
    },
  ]
}

function messageOf(
  failure: Failure,
  cause: Cause | null,
  details: Message['params'],
  output: readonly string[],
): Message {
  if (cause !== null) return words(`finding.cause_${cause.key}`, { line: cause.line })
  if ('url' in details) return words('finding.http_failed', details)
  const last = output.at(-1)
  const step = failure.step?.key ?? failure.phase
  if (last !== undefined) return words('finding.step_failed_saying', { step, line: last })
  return words('finding.step_failed', { step, code: failure.error.code })
}

/** That a host couldn't be asked for evidence; empty where it could, or where that is the failure itself. */
export function ofUnreached(failure: Failure, evidence: Evidence, tell: Tell): NewDiagnostic[] {
  const error = evidence.unreachable
  if (error === null || error.code === failure.error.code) return []
  const details = wordsOf(error, tell)
  return [
    {
      phase: failure.phase,
      code: error.code,
      severity: 'warning',
      resource: resourceOf('host', evidence.host, evidence, null),
      message: words('finding.no_evidence', { host: evidence.host }),
      evidence: { exit_code: null, health_output: null, last_log_lines: [], facts: details },
      hint: { text: error.hint ?? `hint.${error.code}`, params: details },
    },
  ]
}
