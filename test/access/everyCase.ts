import type { Delegation, World } from './world.ts'

const inForce = (person: number, to: number): Delegation => ({
  person,
  to,
  from: -1,
  until: 1,
  ended: false,
})

const everything = [
  { permission: 'release:read', runtime: '*' },
  { permission: 'release:approve', runtime: 'k8s' },
  { permission: 'release:break_glass', runtime: '*' },
  { permission: 'access:write', runtime: 'compose' },
] as const

/** One case of each rule, so that breaking any of them is noticed whatever else is drawn. */
export const everyCase: World = {
  people: ['Chief', 'Deputy', "Deputy's deputy", 'Left', 'Late', 'Owner', 'Newcomer'],
  members: [
    { person: 0, kind: 'human', active: true },
    { person: 0, kind: 'human', active: false },
    { person: 0, kind: 'agent', active: true },
    { person: 1, kind: 'human', active: true },
    { person: 1, kind: 'service', active: true },
    { person: 2, kind: 'human', active: true },
    { person: 3, kind: 'human', active: false },
    { person: 4, kind: 'human', active: true },
    { person: 5, kind: 'agent', active: true },
  ],
  roles: [[...everything], [{ permission: 'release:read', runtime: 'compose' }]],
  projects: 4,
  teams: [
    { project: 0, people: [0, 5] },
    { project: 0, people: [3] },
    { project: 1, people: [2] },
  ],
  bindings: [
    // The chief's own: direct in one project, by an unused login in another, by an agent in a third.
    { to: { member: 0 }, role: 0, project: 0, until: 5 },
    { to: { member: 1 }, role: 0, project: 1, until: null },
    { to: { member: 2 }, role: 'release-manager', project: 2, until: null },
    { to: { team: 0 }, role: 'approver', project: 3, until: null },
    // Somebody who left, whose delegate must find nothing.
    { to: { member: 6 }, role: 0, project: 1, until: null },
    { to: { team: 1 }, role: 0, project: 2, until: null },
    { to: { team: 2 }, role: 1, project: null, until: 'infinity' },
    { to: { member: 7 }, role: 'admin', project: null, until: -2 },
    { to: { member: 8 }, role: 0, project: 0, until: '-infinity' },
    { to: { member: 8 }, role: 'release-manager', project: 1, until: null },
  ],
  delegations: [
    inForce(0, 1),
    inForce(1, 2),
    inForce(3, 4),
    { ...inForce(2, 0), ended: true },
    { person: 0, to: 4, from: 1, until: 2, ended: false },
    { person: 0, to: 6, from: -2, until: -1, ended: false },
    inForce(0, 5),
  ],
}
