import { z } from 'zod'
import { addCommand, addGroup } from '../command.ts'
import type { Parent } from '../command.ts'
import {
  delegationTable,
  entitlementTable,
  freezeTable,
  policyTable,
  roleTable,
  teamTable,
} from '../show/access.ts'
import { addAccessChange } from './accessChange.ts'
import { addForAWhile } from './forAWhile.ts'

const inProject = { flags: '--project <name>', text: 'flag.project' } as const
const options = z.object({ project: z.string().optional() })

/** `pilothouse access …` */
export function addAccess(root: Parent): void {
  const parent = addGroup(root, 'access')
  addPeople(parent)
  addPolicy(parent)
  addMissing(parent)
  addAccessChange(parent)
  addForAWhile(parent)
}

function addPeople(parent: Parent): void {
  addCommand(parent, {
    usage: 'roles',
    text: 'access.roles',
    options: z.object({}),
    run: async ({ client, output }) => {
      const roles = await (await client()).access.roles({})
      output.answer(roles, (paint) => roleTable(paint, roles))
    },
  })
  addCommand(parent, {
    usage: 'teams',
    text: 'access.teams',
    flags: [inProject],
    options,
    run: async ({ client, output }, { project }) => {
      const teams = await (await client()).access.teams({ project })
      output.answer(teams, (paint) => teamTable(paint, teams))
    },
  })
  addCommand(parent, {
    usage: 'delegations',
    text: 'access.delegations',
    options: z.object({}),
    run: async ({ client, output }) => {
      const delegations = await (await client()).access.delegations({})
      output.answer(delegations, (paint) => delegationTable(paint, delegations))
    },
  })
}

function addPolicy(parent: Parent): void {
  addCommand(parent, {
    usage: 'policies',
    text: 'access.policies',
    flags: [inProject],
    options,
    run: async ({ client, output }, { project }) => {
      const policies = await (await client()).access.policies({ project })
      output.answer(policies, (paint) => policyTable(paint, policies))
    },
  })
  addCommand(parent, {
    usage: 'freezes',
    text: 'access.freezes',
    flags: [inProject],
    options,
    run: async ({ client, output }, { project }) => {
      const freezes = await (await client()).access.freezes({ project })
      output.answer(freezes, (paint) => freezeTable(paint, freezes))
    },
  })
}

function addMissing(parent: Parent): void {
  addCommand(parent, {
    usage: 'missing',
    text: 'access.missing',
    flags: [inProject],
    options,
    run: async ({ client, output }, { project }) => {
      const entitlements = await (await client()).access.missing({ project })
      output.answer(entitlements, (paint) => entitlementTable(paint, entitlements))
    },
  })
}
