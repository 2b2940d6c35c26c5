import { z } from 'zod'
import { digest, instant, json, releaseId, ticketId } from './vocabulary.ts'
import type { Json } from './vocabulary.ts'

const release = [
  'preview_required',
  'preview_expired',
  'preview_mismatch',
  'release_not_found',
  'release_state_invalid',
  'drift_detected',
  'digest_mismatch',
  'apply_failed',
  'verify_failed',
  'rollback_failed',
  'rollback_source_invalid',
  'strategy_invalid',
  'strategy_unsupported',
  'target_locked',
  'target_frozen',
  'lease_lost',
  'aborted',
  'render_failed',
  'variable_missing',
  'tool_missing',
  'document_too_large',
] as const
const approval = [
  'approval_required',
  'ticket_not_found',
  'ticket_expired',
  'ticket_superseded',
  'ticket_scope_mismatch',
  'self_approval_denied',
  'decision_stale',
  'comment_required',
] as const
const access = ['permission_denied', 'project_scope_denied', 'agent_not_allowed', 'identity_unknown'] as const
const ssh = ['ssh_unreachable', 'ssh_auth_failed', 'ssh_host_key_mismatch', 'ssh_host_key_unknown'] as const
const install = [
  'manifest_missing',
  'manifest_invalid',
  'artifact_missing',
  'artifact_checksum_mismatch',
  'artifact_version_unsupported',
  'signature_invalid',
  'hook_missing',
  'hook_failed',
  'hook_timeout',
  'preflight_failed',
  'node_role_invalid',
  'insufficient_nodes',
  'install_state_invalid',
] as const
const cluster = [
  'kubeconfig_invalid',
  'kubeconfig_exec_blocked',
  'certificate_invalid',
  'endpoint_invalid',
  'cluster_unreachable',
  'cluster_identity_changed',
  'cluster_permission_insufficient',
  'rotation_not_allowed',
  'rotation_failed',
] as const
const compose = [
  'docker_missing',
  'compose_missing',
  'compose_config_invalid',
  'compose_up_failed',
  'compose_unhealthy',
  'compose_project_conflict',
  'compose_unsafe',
] as const
const networkEntry = [
  'vip_conflict',
  'vip_unreachable',
  'lvs_missing',
  'keepalived_config_invalid',
  'backend_nodes_invalid',
] as const
const everywhere = [
  'validation_error',
  'not_found',
  'conflict',
  'rate_limited',
  'offline',
  'ledger_unavailable',
  'ledger_schema_newer',
  'keystore_unavailable',
  'internal_error',
] as const

/** The closed set. Adding one means: a text `error.<code>` and a hint `hint.<code>` in `texts/en.ts`. */
export const errorCodes = [
  ...release,
  ...approval,
  ...access,
  ...ssh,
  ...install,
  ...cluster,
  ...compose,
  ...networkEntry,
  ...everywhere,
] as const
export const errorCode = z.enum(errorCodes)
export type ErrorCode = z.infer<typeof errorCode>

const anything = z.record(z.string(), json)

/** Typed data of the codes whose readers act on it; every other code carries an open record. */
const typed = {
  preview_expired: z.looseObject({ expired_at: instant }),
  preview_mismatch: z.looseObject({ differs: z.array(z.string()) }),
  release_state_invalid: z.looseObject({ state: z.string(), command: z.string() }),
  drift_detected: z.looseObject({ objects: z.array(z.string()) }),
  digest_mismatch: z.looseObject({ expected: digest, actual: digest }),
  target_locked: z.looseObject({ holder: z.string() }),
  target_frozen: z.looseObject({ stage: z.string(), reason: z.string(), until: instant }),
  variable_missing: z.looseObject({ variables: z.array(z.string()) }),
  document_too_large: z.looseObject({ bytes: z.int(), cap: z.int() }),
  approval_required: z.looseObject({ release: releaseId, ticket: ticketId.nullable() }),
  permission_denied: z.looseObject({ permission: z.string(), grantors: z.array(z.string()) }),
  ssh_host_key_mismatch: z.looseObject({ expected: z.string(), actual: z.string() }),
  ssh_host_key_unknown: z.looseObject({ actual: z.string() }),
  validation_error: z.looseObject({ problems: z.array(z.object({ path: z.string(), problem: z.string() })) }),
} satisfies Partial<Record<ErrorCode, z.ZodType>>
type Typed = typeof typed

/** The data that travels with a code. */
export type ErrorData<C extends ErrorCode> = C extends keyof Typed ? z.input<Typed[C]> : Record<string, Json>

/** The schema of a code's data, for entry points that parse what they send. */
export function errorDataSchema(code: ErrorCode): z.ZodType {
  const known: Partial<Record<ErrorCode, z.ZodType>> = typed
  return known[code] ?? anything
}

/**
 * An expected failure. `data` also fills the placeholders of the texts `error.<code>` and `hint.<code>`;
 * `hint` names a more fitting hint text than the code's own.
 */
export class PilothouseError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly data: ErrorData<C>
  readonly hint: string | undefined

  constructor(code: C, data: ErrorData<C>, options: { cause?: unknown; hint?: string } = {}) {
    super(`${code} ${JSON.stringify(data)}`, { cause: options.cause })
    this.name = 'PilothouseError'
    this.code = code
    this.data = data
    this.hint = options.hint
  }
}

/** Whether a thrown value is an expected failure, optionally of one code. */
export function isPilothouseError(error: unknown, code?: ErrorCode): error is PilothouseError {
  return error instanceof PilothouseError && (code === undefined || error.code === code)
}
