import type { ApprovalPolicy, Delegation, Freeze, Role, Team } from '../../src-preload/contract/access.ts'
import type { ExportedEvent } from '../../src-preload/contract/audit.ts'
import type { ChangeNotice, TimelineEvent } from '../../src-preload/contract/events.ts'
import type { Ticket, TicketScope, TicketStatus } from '../../src-preload/contract/inbox.ts'
import type { Grant, Member } from '../../src-preload/contract/members.ts'
import type {
  Diagnostic,
  Executor,
  PolicyDecision,
  Preview,
  Release,
  ReleaseStep,
  ResolvedImage,
} from '../../src-preload/contract/releases.ts'
import type { Service } from '../../src-preload/contract/services.ts'
import type { Stage, Target } from '../../src-preload/contract/targets.ts'
import type {
  Digest,
  JsonObject,
  LifecycleState,
  Permission,
  Position,
  Priority,
  ProjectId,
  ReleaseId,
  RiskLevel,
  RuntimeName,
  ServiceId,
  TargetId,
  TicketId,
} from '../../src-preload/contract/vocabulary.ts'

export interface LedgerIdentity {
  readonly id: string
  readonly embedded: boolean
  readonly schema_version: string
  /** Only one person works with this ledger. */
  readonly solo: boolean
}

export interface ReleaseFilter {
  readonly project?: string | undefined
  readonly service?: string | undefined
  readonly target?: string | undefined
  readonly stage?: string | undefined
  readonly runtime?: RuntimeName | undefined
  readonly state?: LifecycleState | undefined
  readonly requester?: string | undefined
  readonly since?: string | undefined
  readonly until?: string | undefined
  readonly text?: string | undefined
  readonly before?: ReleaseId | undefined
  readonly limit: number
}

export interface TicketFilter {
  readonly view: 'mine' | 'pending' | 'all'
  readonly project?: string | undefined
  readonly status?: TicketStatus | undefined
  readonly scope?: TicketScope | undefined
  readonly runtime?: RuntimeName | undefined
  readonly risk?: RiskLevel | undefined
  readonly priority?: Priority | undefined
  readonly assignee?: string | undefined
  readonly requester?: string | undefined
  readonly due?: '15_minutes' | '1_hour' | 'today' | undefined
  readonly text?: string | undefined
  readonly after?: TicketId | undefined
  readonly limit: number
}

export interface EventFilter {
  readonly project?: string | undefined
  readonly action?: string | undefined
  readonly actor?: string | undefined
  readonly limit: number
}

/** What a target last had applied: the way back, and the other side of every reader's own diff. */
export interface LastApplied {
  readonly release_id: ReleaseId
  readonly label: string
  readonly document_digest: Digest
  readonly images: readonly ResolvedImage[]
  readonly secret_names: readonly string[]
}

export interface PolicyQuestion {
  /** Its team may have to fill a rule. */
  readonly service_id: ServiceId
  readonly target_id: TargetId
  readonly kind: 'release' | 'rollback'
  readonly source_release_id: ReleaseId | null
  readonly document_digest: Digest
}

/**
 * One line of the reader's own policy: what a role that they hold lets them do. `project` null means all projects.
 * A permission that is held for somebody else (`delegator`) counts for deciding only.
 */
export interface PolicyRow {
  readonly role: string
  readonly permission: Permission
  readonly runtime: RuntimeName | '*'
  readonly project_id: ProjectId | null
  readonly project: string | null
  /** Milliseconds since the epoch, or null for no end. */
  readonly until: number | null
  readonly team: string | null
  readonly delegator: string | null
}

/** What a member may see, wherever it is kept. A name that isn't there is an error with the code of its noun. */
export interface Reads {
  identity(): Promise<LedgerIdentity>
  me(): Promise<{ member: Member; grants: readonly Grant[] }>
  members(project?: string): Promise<Member[]>
  /** Every line of the reader's own policy, ended ones too; none for a login that is not active. */
  policyRows(): Promise<PolicyRow[]>
  roles(): Promise<Role[]>
  teams(project?: string): Promise<Team[]>
  policies(project?: string): Promise<ApprovalPolicy[]>
  freezes(project?: string): Promise<Freeze[]>
  delegations(): Promise<Delegation[]>
  /** Who may change access there (null: everywhere), by name. */
  grantors(project: ProjectId | null): Promise<string[]>
  projects(): Promise<{ id: ProjectId; name: string }[]>
  stages(project: string): Promise<Stage[]>
  services(project?: string): Promise<Service[]>
  targets(project?: string): Promise<Target[]>
  releases(filter: ReleaseFilter): Promise<Release[]>
  /** Approved releases whose rule lets them start now, on targets where the reader may apply. */
  dueReleases(): Promise<Release[]>
  executors(): Promise<Executor[]>
  /** By id or label; throws `release_not_found`. */
  release(reference: string): Promise<Release>
  /** The release's current plan, or null before the first; `valid` is judged by the ledger's clock. */
  preview(id: ReleaseId): Promise<Preview | null>
  /** The stored bytes, decompressed; throws `not_found`. */
  document(digest: Digest): Promise<Uint8Array>
  lastApplied(target: TargetId, before?: ReleaseId): Promise<LastApplied | null>
  /** The live base that an applied release left on its target, or null where none was recorded. */
  liveLeftBy(id: ReleaseId): Promise<JsonObject | null>
  policyFor(question: PolicyQuestion): Promise<PolicyDecision>
  /** Hours since the newest failed release on the target, or null. */
  hoursSinceFailure(target: TargetId): Promise<number | null>
  steps(id: ReleaseId): Promise<ReleaseStep[]>
  logs(id: ReleaseId): Promise<{ attempt: number; step: string; host: string; text: string; at: string }[]>
  diagnostics(id: ReleaseId): Promise<Diagnostic[]>
  /** The release's own chain and those of its tickets, oldest first. */
  timeline(id: ReleaseId): Promise<TimelineEvent[]>
  tickets(
    filter: TicketFilter,
  ): Promise<{ tickets: Ticket[]; stats: { pending: number; overdue: number; expiring: number } }>
  /** By id, a unique beginning of it, or its release's label; throws `ticket_not_found`. */
  ticket(reference: string): Promise<Ticket>
  /** Ciphertexts by token, for those that exist. */
  sealed(target: TargetId, tokens: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>
  /** The target's public recipient and its key wrapped to me; null where the target has no key yet. */
  targetKey(target: TargetId): Promise<{ recipient: string; wrapped: Uint8Array | null } | null>
  /** Members who may apply there and have a recipient, but no wrapped key yet. */
  unwrappedFor(target: TargetId): Promise<{ login: string; recipient: string }[]>
  events(filter: EventFilter): Promise<TimelineEvent[]>
  exportEvents(project?: string): AsyncIterable<ExportedEvent>
  /** Every visible change after a position that is below all transactions still open, in order. */
  changesAfter(after: Position | null): Promise<{ notices: ChangeNotice[]; head: Position }>
}
