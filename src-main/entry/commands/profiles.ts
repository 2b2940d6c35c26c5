import { accessSync, constants } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { addCommand, addGroup } from '../command.ts'
import type { Parent } from '../command.ts'
import { keystoreOf, ledgerPassword } from '../keystore.ts'
import { facts, table } from '../output.ts'
import type { ProfileLedger } from '../profiles.ts'
import { say } from '../say.ts'
import { invalid } from './given.ts'

/** `pilothouse profile …` */
export function addProfiles(root: Parent): void {
  const parent = addGroup(root, 'profile')
  addCommand(parent, {
    usage: 'list',
    text: 'profile.list',
    options: z.object({}),
    run: async ({ around, output, profileName }) => {
      const profiles = around.profiles
        .list()
        .map((profile) => ({ ...profile, in_use: profile.name === profileName }))
      output.answer(profiles, (paint) =>
        table(
          paint,
          ['', 'PROFILE', 'LOGIN', 'LEDGER'],
          profiles.map(({ name, login, ledger, in_use }) => [
            in_use ? '*' : '',
            name,
            login,
            placeOf(ledger),
          ]),
          say('say.no_profiles'),
        ),
      )
    },
  })
  addShow(parent)
  addSsh(parent)
  addCommand(parent, {
    usage: 'use <name>',
    text: 'profile.use',
    options: z.object({ name: z.string() }),
    run: async ({ around, output }, { name }) => {
      around.profiles.use(name)
      output.answer({ profile: name }, () => [say('say.profile_in_use', { profile: name })])
    },
  })
}

function addShow(parent: Parent): void {
  addCommand(parent, {
    usage: 'show [name]',
    text: 'profile.show',
    options: z.object({ name: z.string().optional() }),
    run: async ({ around, output, profileName }, { name = profileName }) => {
      const profile = around.profiles.get(name)
      const keystore = keystoreOf(around.keystore, name)
      const shown = {
        ...profile,
        keystore: await keystore.kind(),
        password_known: (await keystore.get(ledgerPassword)) !== null,
        folder: around.paths.config,
      }
      output.answer(shown, (paint) => [
        paint('strong', shown.name),
        ...facts([
          ['login', shown.login],
          ['ledger', placeOf(shown.ledger)],
          ['secrets', say(`say.keystore_${shown.keystore}`)],
          ['password', say(shown.password_known ? 'say.password_known' : 'say.password_unknown')],
          ['ssh keys', shown.ssh.identities.join(', ')],
          ['ssh agent', shown.ssh.agent ? say('say.yes') : say('say.no')],
          ['kept in', shown.folder],
        ]),
      ])
    },
  })
}

/** Which private keys are offered to hosts, and whether the agent is asked. The keys stay where they are. */
function addSsh(parent: Parent): void {
  addCommand(parent, {
    usage: 'ssh',
    text: 'profile.ssh',
    flags: [
      { flags: '--identity <file>', text: 'flag.identity', repeat: true },
      { flags: '--agent', text: 'flag.agent' },
      { flags: '--no-agent', text: 'flag.no_agent' },
    ],
    options: z.object({
      identity: z.array(z.string().min(1)).optional(),
      agent: z.boolean().optional(),
    }),
    run: async ({ around, output, profile }, { identity, agent }) => {
      const before = profile()
      const identities = identity?.map(readable) ?? before.ssh.identities
      const changed = { ...before, ssh: { identities, agent: agent ?? before.ssh.agent } }
      around.profiles.save(changed)
      output.answer(changed, () => [
        say('say.profile_ssh', { profile: changed.name }),
        ...facts([
          ['ssh keys', identities.join(', ')],
          ['ssh agent', say(changed.ssh.agent ? 'say.yes' : 'say.no')],
        ]),
      ])
    },
  })
}

function readable(file: string): string {
  const absolute = path.resolve(file)
  try {
    accessSync(absolute, constants.R_OK)
    return absolute
  } catch (error) {
    throw invalid('--identity', `${absolute} can not be read`, error)
  }
}

/** A ledger as people read it; weaker than verified TLS is said. */
export function placeOf(ledger: ProfileLedger): string {
  if (ledger.kind === 'embedded') return say('say.ledger_embedded')
  const place = `${ledger.host}:${ledger.port}/${ledger.database}`
  return ledger.tls === undefined || ledger.tls === 'verify-full'
    ? place
    : `${place} ${say('say.tls_weak', { tls: ledger.tls })}`
}
