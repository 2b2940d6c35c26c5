import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { entitlement, rolePermission, team } from '../../../src-preload/contract/access.ts'
import { permissions } from '../../../src-preload/contract/vocabulary.ts'
import { byProject } from '../../../src-renderer/views/access/missing/entitlements.ts'
import { inviteCommand } from '../../../src-renderer/views/access/people/invite.ts'
import { found, loginOf, persons } from '../../../src-renderer/views/access/people/persons.ts'
import { reaches, reachesOf, withReach } from '../../../src-renderer/views/access/roles/permissions.ts'
import { inOrder, phaseOf } from '../../../src-renderer/views/access/times.ts'
import { aMember } from '../inbox/tickets.ts'

describe('people', () => {
  const ada = { id: crypto.randomUUID(), name: 'Ada' }
  const bo = { id: crypto.randomUUID(), name: 'Bo' }
  const members = [
    aMember('bo', { person: bo }),
    aMember('ada_old', { person: ada, active: false }),
    aMember('ada', { person: ada }),
    aMember('ada_bot', { person: ada, kind: 'agent' }),
  ]

  test('each stands once, with all logins and teams', () => {
    const web = team.parse({
      id: crypto.randomUUID(),
      project: 'shop',
      name: 'web',
      people: [ada],
      roles: [],
    })
    const shown = persons(members, [web]).map(({ name, logins, teams }) => ({
      name,
      logins: logins.map(({ login }) => login),
      teams: teams.map((held) => held.name),
    }))
    expect(shown).toEqual([
      { name: 'Ada', logins: ['ada_old', 'ada', 'ada_bot'], teams: ['web'] },
      { name: 'Bo', logins: ['bo'], teams: [] },
    ])
  })

  test('are found by a part of their name or of a login, in any case', () => {
    const names = (text: string) => found(persons(members, []), text).map(({ name }) => name)
    expect(names('AD')).toEqual(['Ada'])
    expect(names('bot')).toEqual(['Ada'])
    expect(names(' ')).toEqual(['Ada', 'Bo'])
    expect(names('nobody')).toEqual([])
  })

  test('are named in a change by an active login of a human', () => {
    expect(loginOf(members, ada.id)).toBe('ada')
    expect(loginOf(members, crypto.randomUUID())).toBe(null)
  })
})

describe('the command that invites somebody', () => {
  const roles = [
    { role: 'approver', project: 'shop' },
    { role: 'viewer', project: null },
  ]

  test('names the person, the login and the roles', () => {
    expect(inviteCommand({ login: 'grace', who: { kind: 'new', person: 'Grace Hopper' }, roles })).toBe(
      "pilothouse member add grace --person 'Grace Hopper' --role approver@shop --role viewer --out grace.invitation",
    )
    expect(inviteCommand({ login: 'grace_2', who: { kind: 'same', as: 'grace' }, roles: [] })).toBe(
      'pilothouse member add grace_2 --same-person-as grace --out grace_2.invitation',
    )
  })

  test('a name is one word for the shell, whatever stands in it', () => {
    const of = (person: string) => inviteCommand({ login: 'x', who: { kind: 'new', person }, roles: [] })
    expect(of("O'Brien; rm -rf $HOME")).toBe(
      "pilothouse member add x --person 'O'\\''Brien; rm -rf $HOME' --out x.invitation",
    )
    expect(of('张三')).toBe("pilothouse member add x --person '张三' --out x.invitation")
  })

  test.each(['', 'Grace', 'a b', '1x'])('there is none for the login "%s"', (login) => {
    expect(inviteCommand({ login, who: { kind: 'new', person: 'Grace' }, roles: [] })).toBe(null)
  })

  test('there is none without a person', () => {
    expect(inviteCommand({ login: 'x', who: { kind: 'new', person: '  ' }, roles: [] })).toBe(null)
    expect(inviteCommand({ login: 'x', who: { kind: 'same', as: '' }, roles: [] })).toBe(null)
  })
})

describe('what a role permits', () => {
  test('setting one permission changes that one and no other', () => {
    const held = fc.array(
      fc.record({
        permission: fc.constantFrom(...permissions),
        runtime: fc.constantFrom('k8s', 'compose', '*'),
      }),
    )
    fc.assert(
      fc.property(
        held,
        fc.constantFrom(...permissions),
        fc.constantFrom(...reaches),
        (given, changed, reach) => {
          const before = rolePermission.array().parse(given)
          const after = withReach(before, changed, reach)
          const expected = permissions.map((one) => (one === changed ? reach : reachesOf(before)(one)))
          expect(permissions.map(reachesOf(after))).toEqual(expected)
        },
      ),
    )
  })

  test('both runtimes by name are two lines', () => {
    expect(withReach([], 'release:apply', 'each')).toEqual([
      { permission: 'release:apply', runtime: 'compose' },
      { permission: 'release:apply', runtime: 'k8s' },
    ])
  })
})

describe('what I may do', () => {
  test('stands by project, all projects last, held and lacking apart', () => {
    const an = (permission: string, project: string | null, held: boolean) =>
      entitlement.parse({ permission, runtime: '*', project, held, through: [], roles: [], grantors: [] })
    const groups = byProject([
      an('audit:read', null, false),
      an('release:read', 'web', true),
      an('release:read', 'api', true),
      an('release:apply', 'api', false),
    ])
    const shown = groups.map(({ project, held, lacking }) => [
      project,
      held.map(({ permission }) => permission),
      lacking.map(({ permission }) => permission),
    ])
    expect(shown).toEqual([
      ['api', ['release:read'], ['release:apply']],
      ['web', ['release:read'], []],
      [null, [], ['audit:read']],
    ])
  })
})

describe('freezes and delegations in time', () => {
  const now = Date.parse('2026-03-01T12:00:00Z')
  const span = { from: '2026-03-01T00:00:00Z', until: '2026-03-02T00:00:00Z', ended: null }

  test.each([
    ['in force', span, 'active'],
    ['still to come', { ...span, from: '2026-03-01T13:00:00Z' }, 'coming'],
    ['past at its very end', { ...span, until: '2026-03-01T12:00:00Z' }, 'over'],
    ['ended before its time', { ...span, ended: '2026-03-01T01:00:00Z' }, 'ended'],
  ] as const)('%s', (_case, given, phase) => {
    expect(phaseOf(given, now)).toBe(phase)
  })

  test('what is in force stands first, then what comes; the latest first', () => {
    const items = [
      { phase: 'over', from: '1' },
      { phase: 'coming', from: '2026-01-05' },
      { phase: 'active', from: '2026-01-01' },
      { phase: 'active', from: '2026-01-02' },
    ] as const
    expect(inOrder(items).map(({ phase, from }) => `${phase} ${from}`)).toEqual([
      'active 2026-01-02',
      'active 2026-01-01',
      'coming 2026-01-05',
      'over 1',
    ])
  })
})
