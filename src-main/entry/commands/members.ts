import { existsSync } from 'node:fs'
import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Grant, Member } from '../../../src-preload/contract/members.ts'
import { login } from '../../../src-preload/contract/vocabulary.ts'
import { writeInvitation } from '../../ledger/invitation.ts'
import type { InvitationFile } from '../administration.ts'
import { addCommand, addGroup } from '../command.ts'
import type { Parent } from '../command.ts'
import { facts, table } from '../output.ts'
import type { Output } from '../output.ts'
import { say } from '../say.ts'
import { administratorFlags, administratorOptions, placeFor } from './administrator.ts'
import { invalid } from './given.ts'

/** `pilothouse member …` */
export function addMembers(root: Parent): void {
  const parent = addGroup(root, 'member')
  addAdd(parent)
  addRenew(parent)
  addDisable(parent)
  addLooking(parent)
}

/** `<role>` for all projects, `<role>@<project>` for one. */
export function parseRole(given: string): { role: string; project: string | null } {
  const [role = '', project, ...more] = given.split('@')
  if (role === '' || project === '' || more.length > 0) {
    throw invalid('--role', `${given}: expected <role> or <role>@<project>`)
  }
  return { role, project: project ?? null }
}

const outFlag = { flags: '--out <file>', text: 'flag.out_invitation', mandatory: true } as const

function addAdd(parent: Parent): void {
  addCommand(parent, {
    usage: 'add <login>',
    text: 'member.add',
    flags: [
      { flags: '--person <name>', text: 'flag.person' },
      { flags: '--same-person-as <login>', text: 'flag.same_person_as' },
      { flags: '--role <role>', text: 'flag.role', repeat: true },
      outFlag,
      ...administratorFlags,
    ],
    options: z
      .object({
        ...administratorOptions,
        login,
        person: z.string().trim().min(1).optional(),
        samePersonAs: login.optional(),
        role: z.array(z.string()).default([]),
        out: z.string(),
      })
      .refine(({ person, samePersonAs }) => (person === undefined) !== (samePersonAs === undefined), {
        path: ['person'],
        error: 'give either --person or --same-person-as',
      }),
    run: async (session, options) => {
      refuseExisting(options.out)
      const place = await placeFor(session, options)
      const who =
        options.samePersonAs === undefined
          ? { person: options.person }
          : { same_person_as: options.samePersonAs }
      const roles = options.role.map(parseRole)
      const { administration } = session.around
      const made = await administration.addMember(place, { login: options.login, ...who, roles })
      await handOver(session.output, options.out, made)
    },
  })
}

/** Before anything is done: an invitation that can't be written is a login that nobody can use. */
function refuseExisting(file: string): void {
  if (existsSync(file)) throw new PilothouseError('conflict', { file }, { hint: 'file_exists' })
}

async function handOver(output: Output, file: string, made: InvitationFile): Promise<void> {
  await writeInvitation(file, made)
  const written = { file, login: made.login }
  output.answer(written, () => [say('say.member_added', written)])
}

function addRenew(parent: Parent): void {
  addCommand(parent, {
    usage: 'renew <login>',
    text: 'member.renew',
    flags: [outFlag, ...administratorFlags],
    options: z.object({ ...administratorOptions, login, out: z.string() }),
    run: async (session, options) => {
      refuseExisting(options.out)
      const place = await placeFor(session, options)
      const made = await session.around.administration.renewMember(place, options.login)
      await handOver(session.output, options.out, made)
    },
  })
}

function addDisable(parent: Parent): void {
  addCommand(parent, {
    usage: 'disable <login>',
    text: 'member.disable',
    flags: administratorFlags,
    options: z.object({ ...administratorOptions, login }),
    run: async (session, options) => {
      const place = await placeFor(session, options)
      await session.around.administration.disableMember(place, options.login)
      const disabled = { login: options.login }
      session.output.answer({ ...disabled, active: false }, () => [say('say.member_disabled', disabled)])
    },
  })
}

function addLooking(parent: Parent): void {
  addCommand(parent, {
    usage: 'list',
    text: 'member.list',
    flags: [{ flags: '--project <name>', text: 'flag.project' }],
    options: z.object({ project: z.string().optional() }),
    run: async ({ client, output }, { project }) => {
      const members = await (await client()).members.list({ project })
      output.answer(members, (paint) =>
        table(
          paint,
          ['LOGIN', 'PERSON', 'KIND', 'ACTIVE', 'ROLES'],
          members.map((member) => [
            member.login,
            member.person.name,
            member.kind,
            say(member.active ? 'say.yes' : 'say.no'),
            rolesOf(member),
          ]),
          say('say.no_members'),
        ),
      )
    },
  })
  addCommand(parent, {
    usage: 'me',
    text: 'member.me',
    options: z.object({}),
    run: async ({ client, output }) => {
      const me = await (await client()).members.me({})
      output.answer(me, (paint) => [
        `${paint('strong', me.member.person.name)}  ${me.member.login}`,
        ...facts([
          ['roles', rolesOf(me.member)],
          ['may', grantsOf(me.grants)],
          ['ledger', me.ledger.embedded ? say('say.ledger_embedded') : me.ledger.id],
          ['alone', me.ledger.solo ? say('say.approval_solo') : null],
        ]),
      ])
    },
  })
}

function rolesOf(member: Member): string {
  return member.roles.map(({ role, project }) => (project === null ? role : `${role}@${project}`)).join(', ')
}

function grantsOf(grants: readonly Grant[]): string {
  const words = grants.map(({ permission, runtime }) =>
    runtime === '*' ? permission : `${permission} (${runtime})`,
  )
  return [...new Set(words)].join(', ')
}
