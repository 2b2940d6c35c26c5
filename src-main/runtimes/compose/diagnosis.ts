import { isPilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Failure, NewDiagnostic, Run } from '../../ports/runtime.ts'
import type { ContainerRecord } from './container.ts'
import { readDocument } from './document.ts'
import type { ComposeDocument } from './document.ts'
import { hidesEnd, noteEnds, withEnds } from './ends.ts'
import type { Ends } from './ends.ts'
import { findings } from './findings.ts'
import type { Evidence } from './findings.ts'
import type { ComposeHost } from './host.ts'
import { hostName } from './plan.ts'
import { condition } from './verdict.ts'

const logLines = 50
/** Containers whose logs are fetched; a document with more services than that fails in them alike. */
const mostContainers = 10
/** Looks that wait for a restarting container to be caught between two lives. */
const looks = 10
const betweenLooksMs = 300

export interface DiagnoseParts {
  readonly host: ComposeHost
  readonly clock: Clock
  /** What the looks of the verification caught. */
  readonly ends: Ends
  readonly mask: (text: string) => string
  /** The last lines of the failed step, masked. */
  readonly output: readonly string[]
}

/**
 * Collects what a failure left on the host and tells it as findings. Where the host can't be asked, that is a finding
 * itself and the failure is told without evidence.
 */
export async function diagnose(
  run: Run,
  failure: Failure,
  parts: DiagnoseParts,
): Promise<readonly NewDiagnostic[]> {
  const document = documentOf(run)
  const evidence: Evidence = {
    host: hostName(run.target.place),
    project: run.target.place.project,
    document,
    containers: null,
    unreachable: null,
    logs: new Map<string, readonly string[]>(),
    output: parts.output,
    mask: parts.mask,
  }
  try {
    const containers = await look(run.target.place.project, parts)
    const logs = await logsOf(parts.host, document, containers)
    return findings(failure, { ...evidence, containers, logs })
  } catch (error) {
    if (!isPilothouseError(error)) throw error
    return findings(failure, { ...evidence, unreachable: error })
  }
}

async function look(
  project: string,
  { host, clock, ends }: DiagnoseParts,
): Promise<readonly ContainerRecord[]> {
  for (let left = looks; ; left -= 1) {
    const containers = await host.containers(project)
    noteEnds(ends, containers)
    const hidden = containers.some((container) => hidesEnd(container) && !ends.has(container.id))
    if (!hidden || left === 0) return withEnds(ends, containers)
    await clock.sleep(betweenLooksMs)
  }
}

function documentOf(run: Run): ComposeDocument | null {
  try {
    return readDocument(run.document)
  } catch (error) {
    if (isPilothouseError(error)) return null
    throw error
  }
}

async function logsOf(
  host: ComposeHost,
  document: ComposeDocument | null,
  containers: readonly ContainerRecord[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const bad = containers.filter((container) => document === null || isFailing(document, container))
  const told = (bad.length > 0 ? bad : containers).slice(0, mostContainers)
  const logs = await Promise.all(
    told.map(async ({ id }) => [id, await host.logs(id, logLines).catch(gone)] as const),
  )
  return new Map(logs)
}

function isFailing(document: ComposeDocument, container: ContainerRecord): boolean {
  return container.restart_count > 0 || condition(document, container, 0, 0).state !== 'good'
}

/** A container may go away, or keep its log elsewhere, while its evidence is collected. */
function gone(error: unknown): readonly string[] {
  if (isPilothouseError(error, 'docker_missing') && 'reason' in error.data)
    return [String(error.data['reason'])]
  throw error
}
