import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { CdConfig, Service } from '../../src-preload/contract/services.ts'
import type { Target } from '../../src-preload/contract/targets.ts'
import type { Reads } from '../ports/reads.ts'

interface Named {
  readonly id: string
  readonly name: string
  readonly project_id: string
}

/** The one of a list by name or id; `not_found` for none, `validation_error` where projects share the name. */
export function pick<T extends Named>(noun: string, list: readonly T[], reference: string): T {
  const matching = list.filter((item) => item.name === reference || item.id === reference)
  const [first, second] = matching
  if (first === undefined) throw new PilothouseError('not_found', { noun, name: reference })
  if (second === undefined) return first
  const problem = 'more than one project has this name: say which'
  throw new PilothouseError('validation_error', { problems: [{ path: noun, problem }] })
}

export interface Subject {
  readonly service: Service
  readonly target: Target
  readonly delivery: CdConfig
}

/** A service, a target, and how the one is delivered to the other. */
export async function subjectOf(
  reads: Reads,
  ask: { service: string; target: string; project?: string | undefined },
): Promise<Subject> {
  const [services, targets] = await Promise.all([reads.services(ask.project), reads.targets(ask.project)])
  const service = pick('service', services, ask.service)
  const target = pick(
    'target',
    targets.filter((candidate) => candidate.project_id === service.project_id),
    ask.target,
  )
  const delivery = service.releases_to.find((candidate) => candidate.target_id === target.id)
  if (delivery === undefined) {
    const problem = `${service.name} is not declared to be released to ${target.name}`
    throw new PilothouseError('validation_error', { problems: [{ path: 'target', problem }] })
  }
  return { service, target, delivery }
}
