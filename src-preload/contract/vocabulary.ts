import { z } from 'zod'

/** Any JSON value, as stored in details and live bases. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject
export interface JsonObject {
  readonly [key: string]: Json
}
export const json: z.ZodType<Json> = z.json()
export const jsonObject: z.ZodType<JsonObject> = z.record(z.string(), z.json())

export const projectId = z.uuid().brand<'ProjectId'>()
export const stageId = z.uuid().brand<'StageId'>()
export const serviceId = z.uuid().brand<'ServiceId'>()
export const targetId = z.uuid().brand<'TargetId'>()
export const releaseId = z.uuid().brand<'ReleaseId'>()
export const previewRef = z.uuid().brand<'PreviewRef'>()
export const ticketId = z.uuid().brand<'TicketId'>()
export const personId = z.uuid().brand<'PersonId'>()
export const memberId = z.uuid().brand<'MemberId'>()
export const commandId = z.uuid().brand<'CommandId'>()
export const teamId = z.uuid().brand<'TeamId'>()
export const changeId = z.uuid().brand<'ChangeId'>()
export const freezeId = z.uuid().brand<'FreezeId'>()
export const delegationId = z.uuid().brand<'DelegationId'>()
export type ProjectId = z.infer<typeof projectId>
export type StageId = z.infer<typeof stageId>
export type ServiceId = z.infer<typeof serviceId>
export type TargetId = z.infer<typeof targetId>
export type ReleaseId = z.infer<typeof releaseId>
export type PreviewRef = z.infer<typeof previewRef>
export type TicketId = z.infer<typeof ticketId>
export type PersonId = z.infer<typeof personId>
export type MemberId = z.infer<typeof memberId>
export type CommandId = z.infer<typeof commandId>
export type TeamId = z.infer<typeof teamId>
export type ChangeId = z.infer<typeof changeId>
export type FreezeId = z.infer<typeof freezeId>
export type DelegationId = z.infer<typeof delegationId>

/** SHA-256 of bytes, written `sha256:` and 64 hex digits. */
export const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .brand<'Digest'>()
export type Digest = z.infer<typeof digest>

/** A commit position in the ledger's change log, `<xid8>:<seq>`; later is greater, xid first. */
export const position = z
  .string()
  .regex(/^\d+:\d+$/)
  .brand<'Position'>()
export type Position = z.infer<typeof position>

/** An instant, ISO 8601 with offset, as the ledger's clock gave it. */
export const instant = z.iso.datetime({ offset: true })

/** Names that people type: projects, stages, services, targets. */
export const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)
/** A member's login, which is also a PostgreSQL role. */
export const login = z.string().regex(/^[a-z][a-z0-9_]{0,40}$/)
export const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/)

export const lifecycleStates = [
  'draft',
  'preview',
  'pending_approval',
  'approved',
  'applying',
  'applied',
  'failed',
  'rollback',
  'rejected',
  'cancelled',
] as const
export const lifecycleState = z.enum(lifecycleStates)
export type LifecycleState = z.infer<typeof lifecycleState>

/** What can happen to a release; `lifecycle/transitions.ts` says where each leads. */
export const lifecycleEvents = [
  'plan',
  'drift_found',
  'request_with_policy',
  'request_without_policy',
  'quorum_filled',
  'glass_broken',
  'reject',
  'withdraw',
  'revoke',
  'expire',
  'lease_taken',
  'lease_recovered',
  'verified',
  'step_failed',
  'rolled_back',
] as const
export const lifecycleEvent = z.enum(lifecycleEvents)
export type LifecycleEvent = z.infer<typeof lifecycleEvent>

export const runtimes = ['k8s', 'compose'] as const
export const runtime = z.enum(runtimes)
export type RuntimeName = z.infer<typeof runtime>

export const strategyName = z.enum(['rolling', 'blue_green', 'canary'])
export type StrategyName = z.infer<typeof strategyName>

export const runState = z.enum(['idle', 'running', 'waiting', 'unknown'])
export type RunState = z.infer<typeof runState>

export const riskLevels = ['low', 'medium', 'high', 'critical'] as const
export const riskLevel = z.enum(riskLevels)
export type RiskLevel = z.infer<typeof riskLevel>
export const priority = z.enum(['p0', 'p1', 'p2', 'p3'])
export type Priority = z.infer<typeof priority>
export const severity = z.enum(['info', 'warning', 'error'])
export type Severity = z.infer<typeof severity>

/** `object:action`, as role templates grant them. */
export const permissions = [
  'release:read',
  'release:preview',
  'release:apply',
  'release:rollback',
  'release:approve',
  'release:break_glass',
  'environment:read',
  'environment:install',
  'cluster:read',
  'cluster:import',
  'cluster:rotate',
  'pipeline:read',
  'pipeline:write',
  'pipeline:trigger',
  'access:read',
  'access:write',
  'audit:read',
] as const
export const permission = z.enum(permissions)
export type Permission = z.infer<typeof permission>

/**
 * Words for people, by key: `text` names an entry of `texts/en.ts`, `params` fills it. What the ledger keeps is the
 * key, so that every reader gets their own language.
 */
export const message = z.object({
  text: z.string(),
  params: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
})
export type Message = z.infer<typeof message>

/** Sizes that the ledger enforces, in bytes (nouns.md). */
export const caps = {
  document: 4 * 1024 * 1024,
  diff: 2 * 1024 * 1024,
  evidence: 64 * 1024,
  logPage: 256 * 1024,
} as const

/** Marks a place that no value can reach; the compiler refuses a call with a value left over. */
export function assertNever(value: never): never {
  throw new TypeError(`unreachable value: ${JSON.stringify(value)}`)
}
