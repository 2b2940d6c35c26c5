import type { ErrorCode } from '../../../src-preload/contract/errors.ts'
import type { Failure, NewDiagnostic } from '../../ports/runtime.ts'
import { causeIn, causeOfExit } from './causes.ts'
import type { ContainerRecord } from './container.ts'
import { resourceOf } from './finding.ts'
import type { Evidence } from './finding.ts'
import { textOf } from './telling.ts'
import type { Tell } from './telling.ts'
import { condition } from './verdict.ts'
import type { Fault } from './verdict.ts'
import { words } from './words.ts'
import type { CauseHint } from './words.ts'

type ContainerFault = Fault | 'not_ready'

/** What a container that isn't as it should be shows of why; empty for one that is. */
export function ofContainer(
  container: ContainerRecord,
  failure: Failure,
  evidence: Evidence,
  tell: Tell,
): NewDiagnostic[] {
  const fault = faultOf(container, failure, evidence)
  if (fault === null) return []
  const { state } = container
  const ended = state !== null && state.status !== 'running' && state.status !== 'created'
  const exitCode = ended ? state.exit_code : null
  const output = state?.health?.log.at(-1)?.output.trim() ?? ''
  const logs = (evidence.logs.get(container.id) ?? []).map(tell)
  const said = state === null || state.error === '' ? null : causeIn([tell(state.error)])
  const params = {
    container: container.name,
    service: container.service,
    exit_code: exitCode ?? 0,
    restarts: container.restart_count,
    output: tell(output) === '' ? '-' : tell(output).slice(0, 500),
  }
  return [
    {
      phase: failure.phase,
      code: fault === 'not_created' ? 'compose_up_failed' : codeOf(failure, 'compose_unhealthy'),
      severity: 'error',
      resource: resourceOf('container', container.name, evidence, container.name),
      message: words(`finding.container_${fault}`, params),
      evidence: {
        exit_code: exitCode,
        health_output: output === '' ? null : tell(output),
        last_log_lines: logs,
        facts: factsOf(container, tell),
      },
      hint: words(`hint.compose_cause.${said?.key ?? containerCause(container, fault)}`, params),
    },
  ]
}

/** A container is told of where it is bad, or where the failure names its service. */
function faultOf(container: ContainerRecord, failure: Failure, evidence: Evidence): ContainerFault | null {
  const { document } = evidence
  if (document === null || !Object.hasOwn(document.services, container.service)) return null
  const found = condition(document, container, container.restart_count, 0)
  const named = namedServices(failure).has(container.service)
  if (found.state === 'bad') return found.fault
  if (container.state?.status === 'restarting') return 'restarting'
  if (!named) return null
  if (container.restart_count > 0) return 'restarting'
  return found.state === 'pending' ? 'not_ready' : null
}

function containerCause(container: ContainerRecord, fault: ContainerFault): CauseHint {
  const exitCode = container.state?.exit_code ?? 0
  switch (fault) {
    case 'exited':
    case 'restarting':
      return container.state?.oom_killed === true ? 'oom' : (causeOfExit(exitCode) ?? fault)
    case 'unhealthy':
    case 'not_ready': {
      const check = container.state?.health?.log.at(-1)
      return check !== undefined && [126, 127].includes(check.exit_code) ? 'healthcheck_command' : fault
    }
    case 'oom':
    case 'stopped':
    case 'dead':
    case 'not_created':
      return fault
  }
}

function factsOf(container: ContainerRecord, tell: Tell): NewDiagnostic['evidence']['facts'] {
  const { state } = container
  return {
    image: container.image,
    image_id: container.image_id,
    restart_count: container.restart_count,
    status: state?.status ?? null,
    started_at: state?.started_at ?? null,
    finished_at: state?.finished_at ?? null,
    oom_killed: state?.oom_killed ?? null,
    error: state === null ? null : tell(state.error),
    health: state?.health?.status ?? null,
    failing_streak: state?.health?.failing_streak ?? null,
  }
}

/** A container's finding keeps the failure's own code where that is about what runs. */
export function codeOf(failure: Failure, otherwise: ErrorCode): ErrorCode {
  const about: readonly ErrorCode[] = ['compose_unhealthy', 'compose_up_failed', 'verify_failed']
  return about.includes(failure.error.code) ? failure.error.code : otherwise
}

function namedServices(failure: Failure): Set<string> {
  return new Set(textOf(failure.error.data, 'services').split(', '))
}
