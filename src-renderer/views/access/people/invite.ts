import { login as loginName } from '../../../../src-preload/contract/vocabulary.ts'

/** A login to be made: for a new person, or as a further login of somebody who has one. */
export interface Invitation {
  readonly login: string
  readonly who:
    { readonly kind: 'new'; readonly person: string } | { readonly kind: 'same'; readonly as: string }
  /** Roles, each for one project or (null) for all. */
  readonly roles: readonly { readonly role: string; readonly project: string | null }[]
}

/**
 * The command that makes the login, as an administrator types it into a POSIX shell; null while something is missing.
 * Making a login takes the administrator's own database login, which no window has.
 */
export function inviteCommand(invitation: Invitation): string | null {
  const { login, who, roles } = invitation
  const named = who.kind === 'new' ? who.person.trim() : who.as
  if (!loginName.safeParse(login).success || named === '') return null
  const person = who.kind === 'new' ? `--person ${quoted(named)}` : `--same-person-as ${named}`
  const given = roles.map(({ role, project }) => ` --role ${project === null ? role : `${role}@${project}`}`)
  return `pilothouse member add ${login} ${person}${given.join('')} --out ${login}.invitation`
}

function quoted(text: string): string {
  return /^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
