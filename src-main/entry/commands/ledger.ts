import { userInfo } from 'node:os'
import { z } from 'zod'
import { login } from '../../../src-preload/contract/vocabulary.ts'
import type { InvitationFile, LedgerPlace } from '../administration.ts'
import { addCommand, addGroup } from '../command.ts'
import type { Parent, Session } from '../command.ts'
import { facts } from '../output.ts'
import { say } from '../say.ts'
import {
  administratorFlags,
  administratorOptions,
  knownLedger,
  placeFor,
  refuseTakenProfile,
} from './administrator.ts'
import { settleIn } from './joining.ts'

/** What the first member of a ledger may do, until they share it out. */
const firstRoles = ['admin', 'operator-compose', 'approver', 'auditor'].map((role) => ({ role }))

/** `pilothouse ledger …` */
export function addLedger(root: Parent): void {
  const parent = addGroup(root, 'ledger')
  addInit(parent)
  addMigrate(parent)
  addStatus(parent)
  addRunning(parent)
}

function addInit(parent: Parent): void {
  addCommand(parent, {
    usage: 'init',
    text: 'ledger.init',
    flags: [
      ...administratorFlags,
      { flags: '--login <login>', text: 'flag.login' },
      { flags: '--person <name>', text: 'flag.person' },
    ],
    options: z.object({
      ...administratorOptions,
      login: login.optional(),
      person: z.string().trim().min(1).optional(),
    }),
    run: async (session, options) => {
      refuseTakenProfile(session)
      const place: LedgerPlace =
        options.url === undefined ? { kind: 'embedded' } : await placeFor(session, options)
      const member = options.login ?? loginOf(userInfo().username)
      const { administration } = session.around
      const migrations = await administration.migrate(place)
      const invited: InvitationFile = await administration.addMember(place, {
        login: member,
        person: options.person ?? member,
        roles: firstRoles,
      })
      const profile = await settleIn(session, invited)
      output(session, { profile: profile.name, login: member, migrations })
    },
  })
}

function output(session: Session, made: { profile: string; login: string; migrations: string[] }): void {
  session.output.answer(made, () => [say('say.ledger_ready', { login: made.login, profile: made.profile })])
}

/** A machine's user name as a login: other characters become `_`, and it begins with a letter. */
export function loginOf(user: string): string {
  const word = user.toLowerCase().replace(/[^a-z0-9_]/g, '_')
  return (/^[a-z]/.test(word) ? word : `u${word}`).slice(0, 41)
}

function addMigrate(parent: Parent): void {
  addCommand(parent, {
    usage: 'migrate',
    text: 'ledger.migrate',
    flags: [...administratorFlags, { flags: '--to <migration>', text: 'flag.to_migration' }],
    options: z.object({ ...administratorOptions, to: z.string().optional() }),
    run: async (session, options) => {
      const place = await placeFor(session, options)
      const migrations = await session.around.administration.migrate(place, options.to)
      session.output.answer({ applied: migrations }, () => [
        migrations.length === 0
          ? say('say.ledger_up_to_date')
          : say('say.ledger_migrated', { migrations: migrations.join(', ') }),
      ])
    },
  })
}

/** Starts nothing. What runs elsewhere is asked as a member, or with --url as its administrator. */
function addStatus(parent: Parent): void {
  addCommand(parent, {
    usage: 'status',
    text: 'ledger.status',
    flags: administratorFlags,
    options: z.object(administratorOptions),
    run: async (session, options) => {
      const status = await statusOf(session, options)
      session.output.answer(status, () =>
        facts(
          Object.entries(status).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(', ') : String(value),
          ]),
        ),
      )
    },
  })
}

async function statusOf(
  session: Session,
  options: z.infer<z.ZodObject<typeof administratorOptions>>,
): Promise<Readonly<Record<string, string | number | boolean | string[]>>> {
  const { administration } = session.around
  if (options.url === undefined && knownLedger(session).kind === 'embedded') {
    const embedded = await administration.embedded()
    if (embedded.state === 'absent') return { ledger: 'embedded', state: 'absent' }
    if (embedded.state === 'stopped')
      return { ledger: 'embedded', state: 'stopped', data_dir: embedded.dataDir }
    const { pid, port } = embedded
    return {
      ledger: 'embedded',
      state: 'running',
      pid,
      port,
      ...(await schemaOf(session, { kind: 'embedded' })),
    }
  }
  if (options.url !== undefined) {
    return {
      ledger: 'external',
      state: 'running',
      ...(await schemaOf(session, await placeFor(session, options))),
    }
  }
  const { ledger } = await (await session.client()).members.me({})
  return { ledger: 'external', state: 'running', id: ledger.id, schema: ledger.schema_version }
}

async function schemaOf(
  session: Session,
  place: LedgerPlace,
): Promise<{ schema: string; pending: string[] }> {
  const { schema_version, pending } = await session.around.administration.status(place)
  return { schema: schema_version ?? 'none', pending: pending.map(({ name }) => name) }
}

function addRunning(parent: Parent): void {
  addCommand(parent, {
    usage: 'start',
    text: 'ledger.start',
    options: z.object({}),
    run: async ({ around, output }) => {
      const running = await around.administration.start()
      output.answer(running, () => [say('say.ledger_started', running)])
    },
  })
  addCommand(parent, {
    usage: 'stop',
    text: 'ledger.stop',
    options: z.object({}),
    run: async ({ around, output }) => {
      const stopped = await around.administration.stop()
      output.answer({ stopped }, () => [say(stopped ? 'say.ledger_stopped' : 'say.ledger_not_running')])
    },
  })
}
