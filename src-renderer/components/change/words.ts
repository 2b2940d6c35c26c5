import type { AccessChange, ApprovalRule, BindingSubject } from '../../../src-preload/contract/access.ts'
import type { Permission } from '../../../src-preload/contract/vocabulary.ts'
import type { Say, SayKey } from '../../words/words.ts'

type Kind<K extends AccessChange['kind']> = Extract<AccessChange, { kind: K }>
/** How an instant is written, in the reader's time zone. */
export type At = (instant: string) => string

/** A list as people read it; `none` where it is empty. */
export function listWords(items: readonly string[], say: Say, none: SayKey): string {
  return items.length === 0 ? say(none) : items.join(say('window.access.list_joint'))
}

/** A runtime, or any of them. */
export function runtimeWords(runtime: 'k8s' | 'compose' | '*', say: Say): string {
  return say(`window.access.runtime.${runtime === '*' ? 'any' : runtime}`)
}

/** A project, or all of them. */
export function projectWords(project: string | null, say: Say): string {
  return project ?? say('window.access.all_projects')
}

/** Who has to approve by one rule of a policy. */
export function approvalRuleWords(rule: ApprovalRule, say: Say): string {
  const count = rule.minimum
  switch (rule.kind) {
    case 'anyone':
      return say('window.access.rule.anyone', { count })
    case 'role':
      return say('window.access.rule.role', { count, role: rule.role })
    case 'team':
      return say('window.access.rule.team', { count, team: rule.team })
    case 'service_team':
      return say('window.access.rule.service_team', { count })
  }
}

/** All rules of a policy: each of them has to be filled. */
export function policyWords(rules: readonly ApprovalRule[], say: Say): string {
  if (rules.length === 0) return say('window.access.rule.none')
  return rules.map((rule) => approvalRuleWords(rule, say)).join(say('window.access.rule.and'))
}

/** One permission of a role; its runtime is told where it is limited to one. */
export function permissionWords(
  { permission, runtime }: { permission: Permission; runtime: 'k8s' | 'compose' | '*' },
  say: Say,
): string {
  return runtime === '*' ? permission : `${permission} (${runtimeWords(runtime, say)})`
}

/** A login of its own, or everybody in a team. */
export function subjectWords(subject: BindingSubject, say: Say): string {
  if (subject.kind === 'member') return subject.login
  return say('window.access.team_of', { team: subject.team, project: subject.project })
}

/** What a change is about, as a title. */
export function changeTitle(change: AccessChange, say: Say): string {
  switch (change.kind) {
    case 'policy':
    case 'stage':
      return say(`window.access.about.${change.kind}`, { project: change.project, stage: change.stage })
    case 'lift_freeze':
      return say('window.access.about.lift_freeze')
    case 'grant':
      return say('window.access.about.grant', { role: change.role, who: subjectWords(change.to, say) })
    case 'revoke':
      return say('window.access.about.revoke', { role: change.role, who: subjectWords(change.from, say) })
    case 'member':
      return say(`window.access.about.${change.active ? 'enable' : 'disable'}`, { login: change.login })
    case 'role':
      return say('window.access.about.role', { role: change.role })
    case 'team':
      return say('window.access.about.team', { team: change.team })
    case 'service_team':
      return say('window.access.about.service_team', { service: change.service })
    case 'delegate':
      return say('window.access.about.delegate', { person: change.person, to: change.to })
  }
}

/** What a change asks for, in one sentence. */
export function changeWords(change: AccessChange, say: Say, at: At): string {
  switch (change.kind) {
    case 'policy':
      return policyChangeWords(change, say)
    case 'grant':
      return grantWords(change, say, at)
    case 'revoke':
      return say('window.access.change.revoke', {
        who: subjectWords(change.from, say),
        role: change.role,
        project: projectWords(change.project, say),
      })
    case 'stage': {
      const { project, stage, preview_ttl_minutes: minutes, approval_window_hours: hours } = change
      return say('window.access.change.stage', { project, stage, minutes, hours })
    }
    case 'lift_freeze':
      return say('window.access.change.lift_freeze')
    case 'member':
      return say(`window.access.change.${change.active ? 'enable' : 'disable'}`, { login: change.login })
    case 'delegate': {
      const { person, to, from, until } = change
      return say('window.access.change.delegate', { person, to, from: at(from), until: at(until) })
    }
    case 'role':
      return roleWords(change, say)
    case 'team': {
      const people = listWords(change.people, say, 'window.access.nobody')
      return say('window.access.change.team', { team: change.team, project: change.project, people })
    }
    case 'service_team':
      return serviceTeamWords(change, say)
  }
}

function policyChangeWords({ project, stage, runtime, rules }: Kind<'policy'>, say: Say): string {
  const place = { project, stage, runtime: runtimeWords(runtime, say) }
  if (rules.length === 0) return say('window.access.change.no_policy', place)
  return say('window.access.change.policy', { ...place, rules: policyWords(rules, say) })
}

function grantWords(change: Kind<'grant'>, say: Say, at: At): string {
  const project = projectWords(change.project, say)
  const granted = { who: subjectWords(change.to, say), role: change.role, project }
  if (change.until === null) return say('window.access.change.grant', granted)
  return say('window.access.change.grant_until', { ...granted, until: at(change.until) })
}

function roleWords(change: Kind<'role'>, say: Say): string {
  const permissions = change.permissions.map((permission) => permissionWords(permission, say))
  const may = listWords(permissions, say, 'window.access.nothing')
  return say('window.access.change.role', { role: change.role, permissions: may })
}

function serviceTeamWords({ service, project, team }: Kind<'service_team'>, say: Say): string {
  if (team === null) return say('window.access.change.no_service_team', { service, project })
  return say('window.access.change.service_team', { service, project, team })
}
