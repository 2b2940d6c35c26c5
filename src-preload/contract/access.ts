import { z } from 'zod'
import { changes, reads } from './procedure.ts'
import {
  commandId,
  delegationId,
  freezeId,
  instant,
  login,
  name,
  permission,
  personId,
  position,
  stageId,
  teamId,
  ticketId,
} from './vocabulary.ts'

/** Roles are named like their templates: `release-manager`. */
export const roleName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/)
export const grantRuntime = z.enum(['k8s', 'compose', '*'])

const minimum = z.int().min(1).max(20).default(1)

/** One rule of an approval policy; all rules of a policy have to be filled, each by other people. */
export const approvalRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('anyone'), minimum }),
  z.strictObject({ kind: z.literal('role'), role: roleName, minimum }),
  z.strictObject({ kind: z.literal('team'), team: name, minimum }),
  /** The team of the service that is released. */
  z.strictObject({ kind: z.literal('service_team'), minimum }),
])
export type ApprovalRule = z.infer<typeof approvalRule>

/** Who holds a role: a login of its own, or everybody in a team. */
export const bindingSubject = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('member'), login }),
  z.strictObject({ kind: z.literal('team'), project: name, team: name }),
])
export type BindingSubject = z.infer<typeof bindingSubject>

export const rolePermission = z.strictObject({ permission, runtime: grantRuntime })
export type RolePermission = z.infer<typeof rolePermission>

/**
 * What a second person has to confirm, once there are two: everything that says who may do or approve what. Projects,
 * stages, services and teams go by name; a `project` of null means all of them.
 */
export const accessChange = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('policy'),
    project: name,
    stage: name,
    runtime: grantRuntime,
    rules: z.array(approvalRule).max(8),
  }),
  z.strictObject({
    kind: z.literal('stage'),
    project: name,
    stage: name,
    preview_ttl_minutes: z.int().min(1).max(1440),
    approval_window_hours: z.int().min(1).max(168),
  }),
  z.strictObject({ kind: z.literal('lift_freeze'), freeze: freezeId }),
  z.strictObject({
    kind: z.literal('grant'),
    to: bindingSubject,
    role: roleName,
    project: name.nullable(),
    until: instant.nullable(),
  }),
  z.strictObject({
    kind: z.literal('revoke'),
    from: bindingSubject,
    role: roleName,
    project: name.nullable(),
  }),
  z.strictObject({ kind: z.literal('member'), login, active: z.boolean() }),
  /** Makes a role, or gives one other permissions. */
  z.strictObject({ kind: z.literal('role'), role: roleName, permissions: z.array(rolePermission).max(64) }),
  /** Makes a team, or gives one other people, each named by one of their logins. */
  z.strictObject({ kind: z.literal('team'), project: name, team: name, people: z.array(login).max(200) }),
  z.strictObject({
    kind: z.literal('service_team'),
    project: name,
    service: name,
    team: name.nullable(),
  }),
  /** Lets another person decide in one's place for a while; both are named by one of their logins. */
  z.strictObject({
    kind: z.literal('delegate'),
    person: login,
    to: login,
    from: instant,
    until: instant,
  }),
])
export type AccessChange = z.infer<typeof accessChange>

export const role = z.object({
  role: roleName,
  /** Came with the system. */
  template: z.boolean(),
  permissions: z.array(rolePermission),
})
export type Role = z.infer<typeof role>

export const team = z.object({
  id: teamId,
  project: name,
  name,
  people: z.array(z.object({ id: personId, name: z.string() })),
  roles: z.array(z.object({ role: roleName, project: name.nullable(), until: instant.nullable() })),
})
export type Team = z.infer<typeof team>

/** The rules of one stage and runtime; a runtime's own policy stands before the one for `*`. */
export const approvalPolicy = z.object({
  stage_id: stageId,
  project: name,
  stage: name,
  production: z.boolean(),
  runtime: grantRuntime,
  version: z.int(),
  /** Each with the people who could fill it now; none are named for a service's team. */
  rules: z.array(z.object({ rule: approvalRule, candidates: z.array(z.string()) })),
  preview_ttl_minutes: z.int(),
  approval_window_hours: z.int(),
})
export type ApprovalPolicy = z.infer<typeof approvalPolicy>

/** A time in which nothing starts on a stage. */
export const freeze = z.object({
  id: freezeId,
  project: name,
  stage: name,
  from: instant,
  until: instant,
  reason: z.string(),
  created_by: z.string(),
  lifted_at: instant.nullable(),
  active: z.boolean(),
})
export type Freeze = z.infer<typeof freeze>

export const delegation = z.object({
  id: delegationId,
  person: z.object({ id: personId, name: z.string() }),
  to: z.object({ id: personId, name: z.string() }),
  from: instant,
  until: instant,
  ended_at: instant.nullable(),
  active: z.boolean(),
})
export type Delegation = z.infer<typeof delegation>

/** One thing to be allowed to do somewhere, and whether the reader is; `project` null asks for all projects. */
export const entitlement = z.object({
  permission,
  runtime: grantRuntime,
  project: name.nullable(),
  held: z.boolean(),
  /** Roles through which it is held, as `role`, `role (team x)` or `role (for Carol)`. */
  through: z.array(z.string()),
  /** Roles that would give it. */
  roles: z.array(roleName),
  /** People who can grant it. */
  grantors: z.array(z.string()),
})
export type Entitlement = z.infer<typeof entitlement>

/** A change is done at once while one person works with the ledger; from the second on it is a ticket. */
export const changed = z.object({ ticket: ticketId.nullable(), position })
export type Changed = z.infer<typeof changed>

const inProject = z.object({ project: name.optional() })
const reason = z.string().max(4096).default('')

export const accessContract = {
  roles: reads(null, 'access roles').input(z.object({})).output(z.array(role)),
  teams: reads(null, 'access teams').input(inProject).output(z.array(team)),
  policies: reads(null, 'access policies').input(inProject).output(z.array(approvalPolicy)),
  freezes: reads(null, 'access freezes').input(inProject).output(z.array(freeze)),
  delegations: reads(null, 'access delegations').input(z.object({})).output(z.array(delegation)),
  /** What the reader may and may not do, and who could change that: "what am I missing". */
  missing: reads(null, 'access missing').input(inProject).output(z.array(entitlement)),
  change: changes('access:write', 'access change')
    .input(z.object({ command_id: commandId, change: accessChange, reason }))
    .output(changed),
  /** Freezing only tightens, so it counts at once; lifting it before its end is a change. */
  freeze: changes('access:write', 'access freeze')
    .input(
      z.object({
        command_id: commandId,
        project: name,
        stage: name,
        from: instant,
        until: instant,
        reason: z.string().min(1).max(4096),
      }),
    )
    .output(z.object({ freeze: freezeId, position })),
  /** The reader's own delegate. */
  delegate: changes('release:approve', 'access delegate')
    .input(z.object({ command_id: commandId, to: login, from: instant, until: instant, reason }))
    .output(changed),
  /** Ends a delegation of the reader's own, or one made to them, before its time. */
  end_delegation: changes('release:approve', 'access end-delegation')
    .input(z.object({ command_id: commandId, delegation: delegationId }))
    .output(z.object({ position })),
}
