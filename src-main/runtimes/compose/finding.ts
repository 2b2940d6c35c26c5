import type { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { caps } from '../../../src-preload/contract/vocabulary.ts'
import type { NewDiagnostic } from '../../ports/runtime.ts'
import type { ContainerRecord } from './container.ts'
import type { ComposeDocument } from './document.ts'

/** What was collected on the host. */
export interface Evidence {
  readonly host: string
  readonly project: string
  /** Null where the document couldn't be read. */
  readonly document: ComposeDocument | null
  /** Null where the host couldn't be asked. */
  readonly containers: readonly ContainerRecord[] | null
  /** Why it couldn't. */
  readonly unreachable: PilothouseError | null
  /** Last lines by container id. */
  readonly logs: ReadonlyMap<string, readonly string[]>
  /** Last lines that the failed step wrote. */
  readonly output: readonly string[]
  /** Removes secret values; applied to everything that is told. */
  readonly mask: (text: string) => string
}

const lineCount = 50
const lineLength = 2000
const outputLength = 8192

/** The finding with at most 50 last log lines, fewer where they would exceed the ledger's cap for evidence. */
export function withinCap(finding: NewDiagnostic): NewDiagnostic {
  const { evidence } = finding
  const shortened = {
    ...evidence,
    health_output: evidence.health_output?.slice(-outputLength) ?? null,
    last_log_lines: evidence.last_log_lines.slice(-lineCount).map((line) => line.slice(0, lineLength)),
  }
  while (bytesOf(shortened) > caps.evidence && shortened.last_log_lines.length > 0) {
    shortened.last_log_lines = shortened.last_log_lines.slice(1)
  }
  return { ...finding, evidence: shortened }
}

/** What a finding is about, on this evidence's host and in its project. */
export function resourceOf(
  kind: string,
  name: string,
  { host, project }: Evidence,
  container: string | null,
): NewDiagnostic['resource'] {
  return { kind, name, namespace: project, host, container }
}

function bytesOf(evidence: NewDiagnostic['evidence']): number {
  return Buffer.byteLength(JSON.stringify(evidence))
}
