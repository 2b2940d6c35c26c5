import { generateKeyPairSync } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { explain } from '../../src-main/entry/failure.ts'
import { caps } from '../../src-preload/contract/vocabulary.ts'
import { anew, refusalOf } from '../support/desks.ts'
import type { Desk, Team } from '../support/desks.ts'
import { declaredTeamOver, surfaces } from './surfaces.ts'

let team: Team
let alice: Desk

describe.each(surfaces)('%s', (surface) => {
  beforeAll(async () => {
    ;({ team, alice } = await declaredTeamOver(surface))
  })
  afterAll(() => team.close())

  /** Everything that a ledger holds, denials apart. */
  async function contents(): Promise<string> {
    const { rows } = await team.ledger.admin.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
     WHERE schemaname = 'pilothouse' AND tablename NOT IN ('commands') ORDER BY 1`,
    )
    const tables = await Promise.all(
      rows.map(async ({ name }) => {
        const found = await team.ledger.admin.query(
          `SELECT to_jsonb(t)::text AS row FROM ${name} t ORDER BY 1`,
        )
        return [name, found.rows]
      }),
    )
    return JSON.stringify(tables)
  }

  const plan = (changes: Partial<Parameters<Desk['client']['releases']['preview']>[0]> = {}) =>
    alice.client.releases.preview({
      command_id: anew(),
      service: 'web',
      target: 'web-target',
      variables: { TAG: '1' },
      ...changes,
    })

  const pem = {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  } as const

  const bomb = `a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
services: { web: { image: x, labels: *e } }
`

  const documents: [name: string, code: string, compose: string][] = [
    ['malformed YAML', 'render_failed', 'services:\n  web: [unclosed'],
    ['an alias bomb', 'render_failed', bomb],
    ['no services', 'render_failed', 'volumes: {}\n'],
    ['a build', 'render_failed', 'services: { web: { build: . } }\n'],
    ['a privileged container', 'compose_unsafe', 'services: { web: { image: x, privileged: true } }\n'],
    [
      'a bind of the Docker socket',
      'compose_unsafe',
      'services: { web: { image: x, volumes: ["/var/run/docker.sock:/s"] } }\n',
    ],
    ['a variable that nobody declared', 'variable_missing', 'services: { web: { image: "x:${OTHER}" } }\n'],
    [
      'a document over the cap',
      'document_too_large',
      `services: { web: { image: x, environment: { BIG: "${'b'.repeat(caps.document)}" } } }\n`,
    ],
  ]

  describe('bad input gets its code and a hint, and changes nothing', () => {
    it.each(documents)('%s: %s', async (_name, code, compose) => {
      await team.compose(compose)
      const before = await contents()
      const refusal = await plan().then(
        () => expect.fail('not refused'),
        (error: unknown) => explain(error),
      )
      expect(refusal.code).toBe(code)
      expect(refusal.hint.length).toBeGreaterThan(20)
      expect(await contents()).toBe(before)
    })

    it.each([
      ['an unknown service', 'not_found', { service: 'nothing' }],
      ['an unknown target', 'not_found', { target: 'nowhere' }],
      ['a missing variable', 'variable_missing', { variables: {} }],
      ['an undeclared variable', 'validation_error', { variables: { TAG: '1', WRONG: 'x' } }],
      ['a strategy that the runtime cannot do', 'strategy_unsupported', { strategy: 'blue_green' as const }],
    ])('%s: %s', async (_name, code, changes) => {
      await team.compose('services: { web: { image: "shop/web:${TAG}" } }\n')
      const before = await contents()
      expect(await refusalOf(plan(changes))).toMatchObject({ code })
      expect(await contents()).toBe(before)
    })

    it('a project name that something else runs under: compose_project_conflict', async () => {
      team.simulator.host.switches.set({ kind: 'conflict', project: 'shop' })
      const before = await contents()
      expect(await refusalOf(plan())).toMatchObject({ code: 'compose_project_conflict' })
      expect(await contents()).toBe(before)
      team.simulator.host.switches.clear()
    })

    it('a host that is down: ssh_unreachable', async () => {
      team.simulator.host.switches.set({ kind: 'dead_host' })
      const before = await contents()
      expect(await refusalOf(plan())).toMatchObject({ code: 'ssh_unreachable' })
      expect(await contents()).toBe(before)
      team.simulator.host.switches.clear()
    })

    it('a host that shows another key than the pinned one: ssh_host_key_mismatch, with both', async () => {
      const expected = `SHA256:${'A'.repeat(43)}`
      const file = team.file({ target: 'elsewhere', project: 'elsewhere' })
      const targets = file.targets.map((target) => ({ ...target, host_key: expected }))
      await alice.client.config.apply({
        command_id: anew(),
        file: { ...file, targets },
        directory: team.folder,
      })
      const before = await contents()
      const actual = team.simulator.announcement.host_key
      expect(await refusalOf(plan({ target: 'elsewhere' }))).toMatchObject({
        code: 'ssh_host_key_mismatch',
        data: { data: { expected, actual } },
      })
      expect(await contents()).toBe(before)
    })

    it('a key that the host does not let in: ssh_auth_failed', async () => {
      const identity = path.join(team.folder, 'another-key')
      await writeFile(identity, generateKeyPairSync('rsa', pem).privateKey, { mode: 0o600 })
      const roles = [{ role: 'operator-compose' }]
      const carol = await team.desk('carol', { person: 'Carol', roles, identity })
      const before = await contents()
      const refused = await refusalOf(
        carol.client.releases.preview({
          command_id: anew(),
          service: 'web',
          target: 'web-target',
          variables: { TAG: '1' },
        }),
      )
      expect(refused).toMatchObject({ code: 'ssh_auth_failed' })
      expect(await contents()).toBe(before)
    })

    it('a host without a pinned key: ssh_host_key_unknown, with the key that it shows', async () => {
      const [first, ...rest] = team.file().targets
      if (first === undefined) return expect.fail('the file has a target')
      const { host_key: pinned, ...unpinned } = first
      const file = { ...team.file(), targets: [unpinned, ...rest] }
      const before = await contents()
      const refused = await refusalOf(
        alice.client.config.apply({ command_id: anew(), file, directory: team.folder }),
      )
      expect(refused).toMatchObject({ code: 'ssh_host_key_unknown', data: { data: { actual: pinned } } })
      expect(await contents()).toBe(before)
    })

    it('a second name for the same place: conflict, so that no softer policy reaches it', async () => {
      const file = team.file({ target: 'back-door', stage: 'dev' })
      const before = await contents()
      const refused = await refusalOf(
        alice.client.config.apply({ command_id: anew(), file, directory: team.folder }),
      )
      expect(refused).toMatchObject({ code: 'conflict' })
      expect(await contents()).toBe(before)
    })

    it('an existing target on another stage: validation_error', async () => {
      const refused = await refusalOf(
        alice.client.config.apply({
          command_id: anew(),
          file: team.file({ stage: 'dev' }),
          directory: team.folder,
        }),
      )
      expect(refused).toMatchObject({ code: 'validation_error' })
    })
  })
})
