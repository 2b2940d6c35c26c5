import type { Team } from '../../../../src-preload/contract/access.ts'
import type { Member } from '../../../../src-preload/contract/members.ts'

/** A person with all their logins, and the teams that they are in. */
export interface Person {
  readonly id: string
  readonly name: string
  readonly logins: readonly Member[]
  readonly teams: readonly { readonly project: string; readonly name: string }[]
}

/** Members by person, in the order of their names. */
export function persons(members: readonly Member[], teams: readonly Team[]): Person[] {
  const byPerson = Map.groupBy(members, ({ person }) => person.id)
  return [...byPerson.entries()]
    .map(([id, logins]) => ({
      id,
      name: logins[0]?.person.name ?? '',
      logins,
      teams: teams.filter(({ people }) => people.some((person) => person.id === id)),
    }))
    .sort((one, other) => one.name.localeCompare(other.name))
}

/** The persons whose name or one of whose logins holds a text, in any case. */
export function found(people: readonly Person[], text: string): Person[] {
  const wanted = text.trim().toLocaleLowerCase()
  return people.filter(
    ({ name, logins }) =>
      name.toLocaleLowerCase().includes(wanted) || logins.some(({ login }) => login.includes(wanted)),
  )
}

/** The login by which a person is named in a change: an active one of theirs if there is one. */
export function loginOf(members: readonly Member[], person: string): string | null {
  const own = members.filter((member) => member.person.id === person && member.kind === 'human')
  return (own.find(({ active }) => active) ?? own[0])?.login ?? null
}
