import type { Entitlement } from '../../src-preload/contract/access.ts'
import type { Permission, ProjectId, RuntimeName } from '../../src-preload/contract/vocabulary.ts'

/** May I do that there? `project` null asks for all projects, runtime `*` for any. */
export interface AccessAsk {
  readonly permission: Permission
  readonly runtime: RuntimeName | '*'
  readonly project: ProjectId | null
}

/**
 * The reader's own permissions, decided here by the ledger's policy rows, early and with reasons. The ledger decides
 * again at each command, by the same rows.
 */
export interface Access {
  may(ask: AccessAsk): Promise<boolean>
  /** Whether the reader holds the permission for any runtime in any project. */
  mayAnywhere(permission: Permission): Promise<boolean>
  /** Each permission in each project that the reader sees (or in that one), held or not. */
  entitlements(project?: string): Promise<Entitlement[]>
  /** Forgets the policy that was loaded; the next question loads it again. */
  refresh(): void
}
