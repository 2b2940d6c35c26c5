import type { ErrorCode } from '../../../src-preload/contract/errors.ts'
import type { Failure, NewDiagnostic } from '../../ports/runtime.ts'
import { codeOf, ofContainer } from './containerFinding.ts'
import { resourceOf, withinCap } from './finding.ts'
import type { Evidence } from './finding.ts'
import { ofFailure, ofUnreached } from './failureFinding.ts'
import { replicas } from './lifetime.ts'
import { startedServices } from './plan.ts'
import { teller } from './telling.ts'
import { words } from './words.ts'

export type { Evidence }

/**
 * What failed, where, why as far as known, and what to do: one finding a container that is not as it should be, one a
 * service without a container, and one about the failure itself where it tells a cause of its own or nothing else
 * does; a host that couldn't be asked is said too. Everything is masked and without terminal escapes; an evidence has at most 50 log lines and stays below the
 * ledger's cap. Pure; never empty.
 */
export function findings(failure: Failure, evidence: Evidence): NewDiagnostic[] {
  const tell = teller(evidence.mask)
  const containers = (evidence.containers ?? []).filter(({ oneoff }) => !oneoff)
  const found = containers.flatMap((container) => ofContainer(container, failure, evidence, tell))
  const missing = missingServices(failure, evidence).map((service) => ofMissing(service, failure, evidence))
  const about = ofFailure(failure, evidence, tell, found.length + missing.length === 0)
  return [...found, ...missing, ...about, ...ofUnreached(failure, evidence, tell)].map(withinCap)
}

/** Failures after which every service should have had a container. */
const afterStart: readonly ErrorCode[] = ['compose_up_failed', 'compose_unhealthy', 'verify_failed']

function missingServices(failure: Failure, { document, containers }: Evidence): string[] {
  if (document === null || containers === null || !afterStart.includes(failure.error.code)) return []
  const present = new Set(containers.filter(({ oneoff }) => !oneoff).map(({ service }) => service))
  return startedServices(document).filter(
    (service) => !present.has(service) && replicas(document, service, '') > 0,
  )
}

function ofMissing(service: string, failure: Failure, evidence: Evidence): NewDiagnostic {
  return {
    phase: failure.phase,
    code: codeOf(failure, 'compose_unhealthy'),
    severity: 'error',
    resource: resourceOf('service', service, evidence, null),
    message: words('finding.service_missing', { service }),
    evidence: { exit_code: null, health_output: null, last_log_lines: [], facts: {} },
    hint: words('hint.compose_cause.service_missing', { service }),
  }
}
