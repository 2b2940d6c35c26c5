import type {
  ApprovalPolicy,
  Delegation,
  Entitlement,
  Freeze,
  Role,
  Team,
} from '../../../src-preload/contract/access.ts'
import { shortInstant, table } from '../output.ts'
import type { Paint } from '../output.ts'
import { say } from '../say.ts'
import { candidatesText, ruleWords } from './rules.ts'

/** Roles and what they permit, one a line. */
export function roleTable(paint: Paint, roles: readonly Role[]): string[] {
  return table(
    paint,
    ['ROLE', 'FROM', 'PERMITS'],
    roles.map(({ role, template, permissions }) => [
      role,
      say(template ? 'say.role_template' : 'say.role_own'),
      permissions
        .map(({ permission, runtime }) => (runtime === '*' ? permission : `${permission} (${runtime})`))
        .join(', '),
    ]),
    say('say.no_roles'),
  )
}

/** Teams, one a line. */
export function teamTable(paint: Paint, teams: readonly Team[]): string[] {
  return table(
    paint,
    ['TEAM', 'PROJECT', 'PEOPLE', 'ROLES'],
    teams.map(({ name, project, people, roles }) => [
      name,
      project,
      people.map((person) => person.name).join(', '),
      roles.map((held) => (held.project === null ? held.role : `${held.role}@${held.project}`)).join(', '),
    ]),
    say('say.no_teams'),
  )
}

/** Policies, a line for each rule. */
export function policyTable(paint: Paint, policies: readonly ApprovalPolicy[]): string[] {
  return table(
    paint,
    ['PROJECT', 'STAGE', 'RUNTIME', 'PLAN HOLDS', 'APPROVAL HOLDS', 'WHO APPROVES', 'COULD NOW'],
    policies.flatMap((policy) => {
      const { project, stage, runtime, preview_ttl_minutes, approval_window_hours, rules } = policy
      const place = [project, stage, runtime, `${preview_ttl_minutes} min`, `${approval_window_hours} h`]
      if (rules.length === 0) return [[...place, say('say.rule_none'), '']]
      return rules.map(({ rule, candidates }) => [
        ...place,
        ruleWords(rule),
        rule.kind === 'service_team' ? '–' : candidatesText(candidates),
      ])
    }),
    say('say.no_policies'),
  )
}

function freezeState(freeze: Freeze): string {
  if (freeze.lifted_at !== null) return say('say.state_lifted')
  return say(freeze.active ? 'say.state_active' : 'say.state_idle')
}

/** Freezes, one a line. */
export function freezeTable(paint: Paint, freezes: readonly Freeze[]): string[] {
  return table(
    paint,
    ['FREEZE', 'PROJECT', 'STAGE', 'FROM', 'UNTIL', 'NOW', 'BY', 'REASON'],
    freezes.map((freeze) => [
      freeze.id,
      freeze.project,
      freeze.stage,
      shortInstant(freeze.from),
      shortInstant(freeze.until),
      freezeState(freeze),
      freeze.created_by,
      freeze.reason,
    ]),
    say('say.no_freezes'),
  )
}

function delegationState(delegation: Delegation): string {
  if (delegation.ended_at !== null) return say('say.state_ended')
  return say(delegation.active ? 'say.state_active' : 'say.state_idle')
}

/** Delegations, one a line. */
export function delegationTable(paint: Paint, delegations: readonly Delegation[]): string[] {
  return table(
    paint,
    ['DELEGATION', 'OF', 'TO', 'FROM', 'UNTIL', 'NOW'],
    delegations.map((delegation) => [
      delegation.id,
      delegation.person.name,
      delegation.to.name,
      shortInstant(delegation.from),
      shortInstant(delegation.until),
      delegationState(delegation),
    ]),
    say('say.no_delegations'),
  )
}

function wayTo({ held, through, roles, grantors }: Entitlement): string {
  if (held) return through.join(', ')
  if (grantors.length === 0) return say('say.ask_nobody')
  return say('say.ask_grantors', { grantors, roles })
}

/** What one may and may not do, one a line: what is missing first, with who can give it. */
export function entitlementTable(paint: Paint, entitlements: readonly Entitlement[]): string[] {
  const missing = entitlements.filter(({ held }) => !held)
  const held = entitlements.filter((entitlement) => entitlement.held)
  return table(
    paint,
    ['PROJECT', 'PERMISSION', 'RUNTIME', 'MAY', 'THROUGH'],
    [...missing, ...held].map((entitlement) => [
      entitlement.project ?? say('say.all_projects'),
      entitlement.permission,
      entitlement.runtime,
      say(entitlement.held ? 'say.yes' : 'say.no'),
      wayTo(entitlement),
    ]),
    say('say.no_entitlements'),
  )
}
