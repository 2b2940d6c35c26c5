import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { v7 as newId } from 'uuid'
import { expect } from 'vitest'
import type { ApiContext } from '../../src-main/api/surroundings.ts'
import { wire } from '../../src-main/entry/assemble.ts'
import type { Assembled, Client } from '../../src-main/entry/surroundings.ts'
import type { NewMember } from '../../src-main/ledger/members.ts'
import { serveSimulator } from '../../src-main/simulator/serve.ts'
import type { ServedSimulator } from '../../src-main/simulator/serve.ts'
import type { AccessChange, ApprovalRule } from '../../src-preload/contract/access.ts'
import { configFile } from '../../src-preload/contract/config.ts'
import type { Ticket } from '../../src-preload/contract/inbox.ts'
import type { Progress, Release } from '../../src-preload/contract/releases.ts'
import { commandId } from '../../src-preload/contract/vocabulary.ts'
import { startTestLedger } from './ledger.ts'
import type { TestLedger } from './ledger.ts'

/** A fresh command id: a command that is meant, not repeated. */
export const anew = () => commandId.parse(newId())

/** A member at their own desktop: an engine of their own over the shared ledger. */
export interface Desk {
  readonly login: string
  readonly client: Client
  /** What this desktop's procedures work with; any entry point can serve the router with it. */
  readonly context: ApiContext
}

/** A team with a ledger on real PostgreSQL, and a simulated host to release to. */
export interface Team {
  readonly ledger: TestLedger
  readonly simulator: ServedSimulator
  readonly folder: string
  desk(
    login: string,
    member: { person?: string; samePersonAs?: string; roles: NewMember['roles']; identity?: string },
  ): Promise<Desk>
  /** Writes the Compose file of the service `web`. */
  compose(text: string): Promise<void>
  /** The declaration of one service on one target, each part replaceable. */
  file(changes?: {
    stage?: string
    target?: string
    project?: string
    delivery?: Record<string, unknown>
    /** Of the stage `production`. */
    approvals?: ApprovalRule[]
  }): ReturnType<typeof configFile.parse>
  close(): Promise<void>
}

export const webCompose = `
services:
  web:
    image: shop/web:\${TAG}
    restart: unless-stopped
    environment:
      DB_PASSWORD: \${DB_PASSWORD:-none}
`

function memoryKeystore() {
  const kept = new Map<string, string>()
  return {
    get: (key: string) => Promise.resolve(kept.get(key) ?? null),
    set: (key: string, value: string) => {
      kept.set(key, value)
      return Promise.resolve()
    },
  }
}

function fileFor(simulator: ServedSimulator): Team['file'] {
  const { user, address, port, host_key } = simulator.announcement
  return ({ stage = 'production', target = 'web-target', project = 'shop', delivery = {}, approvals } = {}) =>
    configFile.parse({
      version: 1,
      project: 'shop',
      stages: [{ name: 'dev' }, { name: 'production', ...(approvals === undefined ? {} : { approvals }) }],
      targets: [
        {
          name: target,
          stage,
          runtime: 'compose',
          host: `ssh://${user}@${address}:${port}`,
          host_key,
          project,
        },
      ],
      services: [
        {
          name: 'web',
          source: { directory: './web' },
          variables: { TAG: { required: true }, DB_PASSWORD: { secret: true } },
          releases_to: [{ target, verify: { timeout_seconds: 10, window_seconds: 1 }, ...delivery }],
        },
      ],
    })
}

/** Starts ledger and simulated host; `close` ends everything. */
async function assembleTeam(): Promise<Team> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-team-'))
  await mkdir(path.join(folder, 'web'))
  const [ledger, simulator] = await Promise.all([
    startTestLedger(),
    serveSimulator(path.join(folder, 'keys')),
  ])
  const open: Assembled[] = []
  const compose = (text: string) => writeFile(path.join(folder, 'web', 'compose.yaml'), text)
  await compose(webCompose)
  return {
    ledger,
    simulator,
    folder,
    desk: async (asked, { identity = simulator.announcement.identity_file, ...member }) => {
      const { pool, login } = await ledger.member(asked, member)
      const identities = [identity]
      const assembled = await wire({ pool, ssh: { identities, agent: false }, keystore: memoryKeystore() })
      open.push(assembled)
      return { login, client: assembled.client, context: assembled.context }
    },
    compose,
    file: fileFor(simulator),
    close: async () => {
      await Promise.all(open.map((assembled) => assembled.close()))
      await simulator.close()
      await ledger.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const everything = [
  { role: 'admin' },
  { role: 'operator-compose' },
  { role: 'approver' },
  { role: 'auditor' },
]

/** A team whose project nobody has declared yet, and nobody in it. */
export const emptyTeam = assembleTeam

/** A team whose project is declared: Alice may do everything, Bob may approve. */
export async function declaredTeam(): Promise<{ team: Team; alice: Desk; bob: Desk }> {
  const team = await assembleTeam()
  const alice = await team.desk('alice', { person: 'Alice', roles: everything })
  const bob = await team.desk('bob', { person: 'Bob', roles: [{ role: 'approver' }] })
  await alice.client.config.apply({ command_id: anew(), file: team.file(), directory: team.folder })
  return { team, alice, bob }
}

/** Plans version `tag` of `web` and asks for it. */
export async function planAndRequest(
  client: Client,
  tag: string,
  more: { secrets?: Record<string, string> } = {},
): Promise<Release> {
  const { release, preview } = await client.releases.preview({
    command_id: anew(),
    service: 'web',
    target: 'web-target',
    variables: { TAG: tag },
    ...more,
  })
  const { preview_ref, context_hash } = preview
  const asked = await client.releases.request_apply({
    command_id: anew(),
    release: release.id,
    preview_ref,
    context_hash,
  })
  return asked.release
}

/** Decides a ticket as it is now. */
export async function decide(
  client: Client,
  reference: string,
  decision: 'approve' | 'reject' | 'revoke' = 'approve',
  comment = '',
): Promise<Ticket> {
  const seen = await client.inbox.get({ ticket: reference })
  const { ticket } = await client.inbox[decision]({
    command_id: anew(),
    ticket: seen.id,
    seen_revision: seen.revision,
    seen_context_hash: seen.context_hash,
    comment,
  })
  return ticket
}

/** Approves a release's ticket as it is now. */
export async function approve(client: Client, release: Release): Promise<void> {
  await decide(client, release.approval_ticket ?? release.id)
}

/** Asks for a change of access; gives the ticket that waits for it, and fails where it was done at once. */
export async function propose(client: Client, change: AccessChange, reason = ''): Promise<string> {
  const { ticket } = await client.access.change({ command_id: anew(), change, reason })
  return ticket ?? expect.fail('the change was expected to wait for a second person')
}

/** Carries a release out and gives everything that was said meanwhile. */
export async function start(client: Client, release: Pick<Release, 'id'>): Promise<Progress[]> {
  const said: Progress[] = []
  for await (const progress of await client.releases.start({ release: release.id })) said.push(progress)
  return said
}

/** The code and data of a refused call; fails where it was not refused. */
export async function refusalOf(call: Promise<unknown>): Promise<{ code: unknown; data: unknown }> {
  try {
    await call
  } catch (error) {
    if (error instanceof Error && 'code' in error) {
      const data: unknown = 'data' in error ? error.data : null
      return { code: error.code, data }
    }
    throw error
  }
  return expect.fail('the call was expected to be refused')
}
