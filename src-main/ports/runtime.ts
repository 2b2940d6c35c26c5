import type { PilothouseError } from '../../src-preload/contract/errors.ts'
import type {
  Check,
  Diagnostic,
  DocumentObject,
  PlannedStep,
  ResolvedImage,
} from '../../src-preload/contract/releases.ts'
import type { ServiceSource, Verification } from '../../src-preload/contract/services.ts'
import type { Target } from '../../src-preload/contract/targets.ts'
import type {
  JsonObject,
  Message,
  ReleaseId,
  RuntimeName,
  StrategyName,
} from '../../src-preload/contract/vocabulary.ts'

export interface RenderRequest {
  readonly source: ServiceSource
  readonly target: Target
  readonly variables: Readonly<Record<string, string>>
  /** Secret variables by name; the value is the token that stands for it (ports/secrets.ts). */
  readonly sealed: Readonly<Record<string, string>>
}

/** A document, rendered once: canonical bytes (RFC 8785 JSON, UTF-8), and what was noticed while rendering. */
export interface Rendered {
  readonly bytes: Uint8Array
  readonly images: readonly string[]
  readonly checks: readonly Check[]
}

/** What runs on a target now. Reading it changes nothing there. */
export interface Live {
  /** Meaning, not counters (lifecycle.md): for Compose, per service its image id and config hash. */
  readonly base: JsonObject
  /** The highest fence that this ledger left on the target; 0 where none did. */
  readonly fence: number
  readonly images: readonly ResolvedImage[]
  readonly checks: readonly Check[]
  readonly detail: JsonObject
}

export interface ObserveRequest {
  readonly target: Target
  readonly ledger_id: string
  /** Image references to resolve on the host. */
  readonly images: readonly string[]
}

export interface PlanRequest {
  readonly target: Target
  readonly document: Uint8Array
  readonly previous: Uint8Array | null
  readonly live: Live
  readonly strategy: StrategyName
}

/** What will be done, in order; `problems` are reasons why it can't be. */
export interface Plan {
  readonly steps: readonly PlannedStep[]
  readonly checks: readonly Check[]
}

/** Everything that a step may use. `secrets` maps token → value and stays in memory. */
export interface Run {
  readonly release_id: ReleaseId
  readonly label: string
  readonly attempt: number
  readonly ledger_id: string
  readonly fence: number
  readonly target: Target
  readonly document: Uint8Array
  readonly images: readonly ResolvedImage[]
  readonly secrets: ReadonlyMap<string, string>
  readonly signal: AbortSignal
  /** One line of output, already masked and without terminal escapes. */
  readonly log: (line: string) => void
}

export type StepOutcome =
  | { readonly status: 'succeeded'; readonly detail: JsonObject }
  | { readonly status: 'failed'; readonly error: PilothouseError; readonly detail: JsonObject }

export interface Verdict {
  readonly passed: boolean
  readonly checks: readonly Check[]
  /** Why it did not pass; null where it did. */
  readonly error: PilothouseError | null
}

export interface Failure {
  readonly phase: Diagnostic['phase']
  readonly error: PilothouseError
  readonly step: PlannedStep | null
}
export type NewDiagnostic = Omit<Diagnostic, 'id' | 'release_id' | 'attempt' | 'first_seen' | 'count'>

export interface Problem {
  readonly path: string
  readonly message: Message
}

/** One kind of place to release to. The engine has no branch per runtime: what is special stays behind this. */
export interface Runtime {
  readonly name: RuntimeName
  /** Pure. Strategies that the runtime or this target can't do throw `strategy_unsupported` or `strategy_invalid`. */
  validate(target: Target, strategy: StrategyName): void
  /** On the previewing desktop only. Throws `render_failed`, `variable_missing`, `compose_unsafe`, `document_too_large`. */
  render(request: RenderRequest): Promise<Rendered>
  /** Pure: references replaced by digests where the target could tell them. */
  pin(rendered: Rendered, images: readonly ResolvedImage[]): Rendered
  /** Pure: a document as objects, for any reader's own comparison. */
  objects(document: Uint8Array): readonly DocumentObject[]
  /** Throws `ssh_*`, `docker_missing`, `compose_missing`, `compose_project_conflict`, `target_locked`. */
  observe(request: ObserveRequest): Promise<Live>
  /** Pure. */
  plan(request: PlanRequest): Plan
  /** Idempotent; a failure that belongs to the plan is an outcome, one that belongs to us throws. */
  execute(step: PlannedStep, run: Run): Promise<StepOutcome>
  verify(run: Run, rules: Verification): Promise<Verdict>
  /** Evidence before it goes away; never throws for a target that can't be reached, but says so. */
  diagnose(run: Run, failure: Failure): Promise<readonly NewDiagnostic[]>
  /** Closes connections. */
  close(): Promise<void>
}
