import { instantOf } from './instants.ts'

/** A grant as the form holds it; '' where nothing is chosen yet. */
export interface GrantForm {
  readonly kind: 'member' | 'team'
  readonly login: string
  readonly teamProject: string
  readonly team: string
  readonly role: string
  /** '*' for all. */
  readonly project: string
  readonly until: string
}

/** What the form of a grant asks for, in the shape of the change. */
export function grantAsked(grant: GrantForm): unknown {
  const to =
    grant.kind === 'member'
      ? { kind: 'member', login: grant.login }
      : { kind: 'team', project: grant.teamProject, team: grant.team }
  const project = grant.project === '*' ? null : grant.project
  const until = grant.until === '' ? null : instantOf(grant.until)
  return { kind: 'grant', to, role: grant.role, project, until }
}
