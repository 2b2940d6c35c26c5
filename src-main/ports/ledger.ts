import type { AccessChange, ApprovalRule } from '../../src-preload/contract/access.ts'
import type { AuditReport } from '../../src-preload/contract/audit.ts'
import type { ErrorCode } from '../../src-preload/contract/errors.ts'
import type { ResourceType } from '../../src-preload/contract/events.ts'
import type {
  Check,
  Diff,
  PlannedStep,
  ResolvedImage,
  Risk,
  WayBack,
} from '../../src-preload/contract/releases.ts'
import type { CdConfig, ServiceSource, VariableDeclaration } from '../../src-preload/contract/services.ts'
import type { ComposePlace } from '../../src-preload/contract/targets.ts'
import type {
  CommandId,
  DelegationId,
  Digest,
  FreezeId,
  JsonObject,
  LifecycleState,
  Message,
  Permission,
  Position,
  PreviewRef,
  ProjectId,
  ReleaseId,
  RuntimeName,
  ServiceId,
  StageId,
  StrategyName,
  TargetId,
  TicketId,
} from '../../src-preload/contract/vocabulary.ts'
import type { NewDiagnostic } from './runtime.ts'

/** Every command answers with its commit position, so that a read can ask for "at least after that". */
export interface Committed {
  readonly position: Position
}

export interface ReleaseCommitted extends Committed {
  readonly release_id: ReleaseId
  readonly state: LifecycleState
  readonly revision: number
  readonly ticket_id: TicketId | null
}

/** A question of access; refused with `permission_denied` or `project_scope_denied`, and the refusal is recorded. */
export interface Ask {
  readonly permission: Permission
  readonly runtime: RuntimeName | '*'
  /** Null asks for all projects. */
  readonly project_id: ProjectId | null
  readonly resource_type: ResourceType
  readonly resource_id: string
}

/** A project's stages, targets and services as they shall be. Ids are for what does not exist by name yet. */
export interface Declaration {
  readonly command_id: CommandId
  readonly project: { readonly id: ProjectId; readonly name: string }
  readonly stages: readonly {
    readonly id: StageId
    readonly name: string
    readonly rank: number
    readonly production: boolean
    readonly preview_ttl_minutes: number
    readonly approval_window_hours: number
    /** The policy for both runtimes; null leaves what the ledger has. */
    readonly approvals: readonly ApprovalRule[] | null
  }[]
  readonly targets: readonly {
    readonly id: TargetId
    readonly name: string
    readonly stage: string
    readonly runtime: RuntimeName
    readonly place: ComposePlace
    readonly identity: Digest
  }[]
  readonly services: readonly {
    readonly id: ServiceId
    readonly name: string
    /** A team of the project by name; null leaves what the ledger has. */
    readonly team: string | null
    readonly runtime: RuntimeName
    readonly source: ServiceSource
    readonly variables: Readonly<Record<string, VariableDeclaration>>
    readonly releases_to: readonly Omit<CdConfig, 'target_id'>[]
  }[]
}

export interface PreviewCommand {
  readonly command_id: CommandId
  readonly release_id: ReleaseId
  /** The revision that the planner saw; 0 makes the release. The plan gets the next one. */
  readonly seen_revision: number
  readonly service_id: ServiceId
  readonly target_id: TargetId
  readonly kind: 'release' | 'rollback'
  readonly source_release_id: ReleaseId | null
  readonly target_revision: ReleaseId | null
  readonly version_label: string | null
  readonly variables: Readonly<Record<string, string>>
  readonly secret_variables: readonly string[]
  readonly strategy: StrategyName
  readonly reason: string
  readonly change_link: string | null
  readonly correlation_id: string
  readonly preview_ref: PreviewRef
  readonly document: Uint8Array
  readonly document_digest: Digest
  readonly previous_document_digest: Digest | null
  /** The canonical JSON whose SHA-256 is the context hash; the ledger hashes these bytes and compares its fields. */
  readonly context: string
  readonly live_base: JsonObject
  readonly live_base_digest: Digest
  readonly diff: Diff
  readonly checks: readonly Check[]
  readonly risk: Risk
  readonly images: readonly ResolvedImage[]
  readonly steps: readonly PlannedStep[]
  readonly way_back: WayBack
  readonly sealed: readonly {
    readonly token: string
    readonly name: string
    readonly ciphertext: Uint8Array
  }[]
}

export interface RequestCommand {
  readonly command_id: CommandId
  readonly release_id: ReleaseId
  readonly seen_revision: number
  readonly preview_ref: PreviewRef | null
  readonly context_hash: Digest | null
  readonly ticket_id: TicketId
  readonly source: 'desktop' | 'cli'
}

export interface DecisionCommand {
  readonly command_id: CommandId
  readonly ticket_id: TicketId
  readonly decision: 'approve' | 'reject' | 'revoke'
  readonly seen_revision: number
  readonly seen_context_hash: Digest
  readonly comment: string
}

export interface LeaseCommand {
  readonly release_id: ReleaseId
  readonly seen_revision: number
  /** What the executor's own hash of the stored document gave. */
  readonly document_digest: Digest
  readonly live_base_digest: Digest
  /** Names of the objects that differ from the planned live base, for the record of a drift. */
  readonly drifted: readonly string[]
  readonly observed_fence: number
  readonly lease_seconds: number
}

export interface Lease extends Committed {
  readonly fence: number
  readonly attempt: number
  readonly lease_until: string
  /** A lost run that this one takes over. */
  readonly recovered: boolean
}

interface Held {
  readonly release_id: ReleaseId
  readonly fence: number
}
export interface StepCommand extends Held {
  readonly attempt: number
  readonly index: number
  readonly key: string
  readonly host: string
  readonly message: Message
  readonly status: 'intended' | 'succeeded' | 'failed' | 'unknown'
  readonly detail: JsonObject
}
export interface LogCommand extends Held {
  readonly attempt: number
  readonly step: string
  readonly host: string
  readonly text: string
}
export interface DiagnosticsCommand extends Held {
  readonly attempt: number
  readonly diagnostics: readonly (NewDiagnostic & { readonly id: string })[]
}
export interface FinishCommand extends Held {
  readonly command_id: CommandId
  readonly outcome:
    | { readonly kind: 'applied' }
    | { readonly kind: 'failed'; readonly code: ErrorCode; readonly message: string }
  readonly checks: readonly Check[]
  readonly live_base: JsonObject
  readonly live_base_digest: Digest
  readonly logs_digest: Digest
}

/** A change of policy or access; it becomes a ticket with that id where a second person has to confirm it. */
export interface ChangeCommand {
  readonly command_id: CommandId
  readonly ticket_id: TicketId
  readonly change: AccessChange
  readonly reason: string
  readonly source: 'desktop' | 'cli'
}
export interface ChangeCommitted extends Committed {
  /** Null: done at once, since one person works with this ledger. */
  readonly ticket_id: TicketId | null
}

export interface FreezeCommand {
  readonly command_id: CommandId
  readonly freeze_id: FreezeId
  readonly project: string
  readonly stage: string
  readonly from: string
  readonly until: string
  readonly reason: string
}

export interface BreakGlassCommand {
  readonly command_id: CommandId
  readonly release_id: ReleaseId
  readonly seen_revision: number
  readonly reason: string
  readonly incident_link: string
  /** Of the review that another person has to close. */
  readonly ticket_id: TicketId
}

export interface Tended extends Committed {
  /** Tickets and approvals that ran out, and tickets that are past their time to answer, announced by this call. */
  readonly expired: number
  readonly escalated: number
}

/**
 * The commands. Each is one function of the database, which decides; a refusal comes back as a `PilothouseError` and,
 * where a rule of access or approval was hurt, is recorded. Repeated with the same `command_id`, a command returns its
 * first answer. A lost connection is `ledger_unavailable`.
 */
export interface Ledger {
  authorize(ask: Ask): Promise<void>
  /** What touches the policy of a stage that exists becomes tickets where a second person has to confirm it. */
  declare(declaration: Declaration): Promise<Committed & { readonly tickets: readonly TicketId[] }>
  change(command: ChangeCommand): Promise<ChangeCommitted>
  freeze(command: FreezeCommand): Promise<Committed>
  endDelegation(command: { command_id: CommandId; delegation: DelegationId }): Promise<Committed>
  breakGlass(command: BreakGlassCommand): Promise<ReleaseCommitted>
  tend(executes: readonly RuntimeName[]): Promise<Tended>
  recordPreview(command: PreviewCommand): Promise<ReleaseCommitted>
  requestApply(command: RequestCommand): Promise<ReleaseCommitted>
  /** The ticket's decision; of a release, its state is read afterwards. */
  decide(command: DecisionCommand): Promise<Committed>
  withdraw(command: {
    command_id: CommandId
    release_id: ReleaseId
    seen_revision: number
    comment: string
  }): Promise<ReleaseCommitted>
  requestAbort(command: {
    command_id: CommandId
    release_id: ReleaseId
    comment: string
  }): Promise<ReleaseCommitted>
  assign(command: { command_id: CommandId; ticket_id: TicketId; to: string | null }): Promise<Committed>
  comment(command: { command_id: CommandId; ticket_id: TicketId; comment: string }): Promise<Committed>
  viewed(ticket: TicketId): Promise<void>
  takeLease(command: LeaseCommand): Promise<Lease>
  renewLease(
    held: Held & { lease_seconds: number },
  ): Promise<{ lease_until: string; abort_requested: boolean }>
  recordStep(command: StepCommand): Promise<void>
  recordLogs(command: LogCommand): Promise<void>
  recordDiagnostics(command: DiagnosticsCommand): Promise<void>
  finish(command: FinishCommand): Promise<ReleaseCommitted>
  /** The public recipient of this member's device; keys are wrapped to it. */
  enrollRecipient(recipient: string): Promise<void>
  /** A target's first key (refused with `conflict` where one exists) with its wraps, or further wraps of it. */
  putTargetKey(command: {
    target_id: TargetId
    recipient: string
    wraps: readonly { login: string; wrapped: Uint8Array }[]
  }): Promise<void>
  verifyChains(): Promise<AuditReport>
  recordExport(project: string | null, events: number): Promise<void>
  close(): Promise<void>
}
