/**
 * How people type parts of a change of access. What comes out is only shaped here; the contract's schema judges it,
 * and names what is wrong.
 */

/** `grace`, or `team:shop/web`. */
export function bindingGiven(text: string | undefined): unknown {
  if (text === undefined) return undefined
  const team = /^team:([^/]*)\/(.*)$/.exec(text)
  if (team === null) return { kind: 'member', login: text }
  return { kind: 'team', project: team[1], team: team[2] }
}

/** `anyone`, `role:release-manager`, `team:web`, `service_team`, each with `:<minimum>` where more than one is needed. */
export function ruleGiven(text: string): unknown {
  const [kind = '', ...rest] = text.split(':')
  const [subject, minimum, ...more] = kind === 'role' || kind === 'team' ? rest : [undefined, ...rest]
  if (more.length > 0) return { kind: text }
  const count = minimum === undefined ? {} : { minimum: Number(minimum) }
  return subject === undefined ? { kind, ...count } : { kind, [kind]: subject, ...count }
}

/** `release:apply`, or `release:apply@compose` for one runtime. */
export function permissionGiven(text: string): unknown {
  const [permission, runtime = '*', ...more] = text.split('@')
  return more.length > 0 ? { permission: text, runtime: '*' } : { permission, runtime }
}
