import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { expect } from 'vitest'
import { stringify } from 'yaml'
import { ensureWindow } from '../../../script/dev/window.ts'
import { machineClock, wire } from '../../../src-main/entry/assemble.ts'
import type { Wired } from '../../../src-main/entry/assemble.ts'
import { serveLoopback } from '../../../src-main/entry/loopback.ts'
import type { Loopback } from '../../../src-main/entry/loopback.ts'
import { builtWindow } from '../../../src-main/entry/loopback/windowFolder.ts'
import type { Client } from '../../../src-main/entry/surroundings.ts'
import { serveSimulator } from '../../../src-main/simulator/serve.ts'
import type { ServedSimulator } from '../../../src-main/simulator/serve.ts'
import { configFile } from '../../../src-preload/contract/config.ts'
import type { ConfigFile } from '../../../src-preload/contract/config.ts'
import { browserContext, startBrowser } from '../../support/browser.ts'
import type { Look } from '../../support/browser.ts'
import { anew } from '../../support/desks.ts'
import { startTestLedger } from '../../support/ledger.ts'
import type { TestLedger, TestMember } from '../../support/ledger.ts'
import { openLine } from './line.ts'
import type { Line } from './line.ts'
import { complaintsOf } from './seeing.ts'

/** A member at their desktop: an engine of their own that serves their window. */
export interface Actor {
  readonly login: string
  readonly person: string
  /** Their own connection to the ledger, as with `psql`. */
  readonly member: TestMember
  /** The same engine, called without a browser. */
  readonly client: Client
  readonly wired: Wired
  readonly loopback: Loopback
  /** Serves the same engine's window once more, as after a restart. */
  serve(): Promise<Loopback>
  /** What their browser speaks through. */
  readonly line: Line
  /** A page of a browser of their own, let in by a one-time link. */
  open(look?: Look): Promise<Page>
  /** Complaints of their pages that this journey brings about itself. */
  forgive(complaint: RegExp): void
}

type Membership = NonNullable<Parameters<TestLedger['member']>[1]>

/** A ledger without a project, a simulated host, and a browser. */
export interface Stage {
  readonly ledger: TestLedger
  readonly simulator: ServedSimulator
  readonly browser: Browser
  /** Where the sources of services are. */
  readonly folder: string
  join(login: string, membership: Person): Promise<Actor>
  /** `pilothouse.yaml` of the shop, parsed. */
  readonly file: ConfigFile
  /** Declares the shop, as that member. */
  declare(by: Actor): Promise<void>
  close(): Promise<void>
}

export const everything: NonNullable<Membership['roles']> = [
  { role: 'admin' },
  { role: 'operator-compose' },
  { role: 'approver' },
  { role: 'auditor' },
]

/** The Compose file of the service `web`. */
export const webCompose = stringify({
  services: {
    web: {
      image: 'shop/web:${TAG}',
      restart: 'unless-stopped',
      environment: { DB_PASSWORD: '${DB_PASSWORD:-none}', GREETING: '${GREETING}' },
      healthcheck: { test: ['CMD', 'wget', '-qO-', 'http://127.0.0.1/'], interval: '1s', retries: 2 },
    },
  },
})

/** The declaration of one service that goes to production on a host. */
export function shopFile({ announcement }: ServedSimulator): unknown {
  const { user, address, port, host_key } = announcement
  return {
    version: 1,
    project: 'shop',
    stages: [{ name: 'staging' }, { name: 'production' }],
    targets: ['staging', 'production'].map((stage) => ({
      name: `shop-${stage}`,
      stage,
      runtime: 'compose',
      host: `ssh://${user}@${address}:${port}`,
      host_key,
      project: `shop-${stage}`,
    })),
    services: [
      {
        name: 'web',
        source: { directory: './web' },
        variables: {
          TAG: { required: true },
          GREETING: { default: 'hello' },
          DB_PASSWORD: { secret: true },
        },
        releases_to: ['shop-staging', 'shop-production'].map((target) => ({
          target,
          verify: { timeout_seconds: 10, window_seconds: 1 },
        })),
      },
    ],
  }
}

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

interface Opened {
  readonly ledger: TestLedger
  readonly simulator: ServedSimulator
  readonly browser: Browser
}

type Person = Membership & { readonly person: string }

/** Seats a member at a desktop of their own; `closing` ends it, and fails where their window has complained. */
async function seat(
  { ledger, simulator, browser }: Opened,
  login: string,
  membership: Person,
  closing: AsyncDisposableStack,
): Promise<Actor> {
  const complaints: string[] = []
  const pages: string[][] = []
  const forgiven: RegExp[] = []
  closing.defer(() => {
    const left = [...complaints, ...pages.flat()].filter((text) => !forgiven.some((one) => one.test(text)))
    expect(left, `what the window of ${login} complained of`).toEqual([])
  })
  const member = await ledger.member(login, membership)
  const identities = [simulator.announcement.identity_file]
  const ssh = { identities, agent: false }
  const wired = await wire({ pool: member.pool, ssh, keystore: memoryKeystore(), source: 'desktop' })
  closing.defer(() => wired.close())
  const serve = () =>
    serveLoopback({
      context: wired.context,
      windowFolder: builtWindow,
      clock: machineClock,
      told: {
        defect: (incident, error) => complaints.push(`defect ${incident}: ${String(error)}`),
        trouble: ({ code, message }) => complaints.push(`trouble ${code}: ${message}`),
        carried: () => undefined,
      },
    })
  const loopback = await serve()
  closing.defer(() => loopback.runs.settled())
  closing.defer(() => loopback.close())
  const line = await openLine(loopback.port)
  closing.defer(() => line.close())
  const open = async (look?: Look): Promise<Page> => {
    const context = await browserContext(browser, look)
    closing.defer(() => context.close())
    const page = await context.newPage()
    pages.push(complaintsOf(page))
    await page.goto(loopback.link().replace(`:${loopback.port}/`, `:${line.port}/`))
    return page
  }
  const { login: actual } = member
  return {
    login: actual,
    person: membership.person,
    member,
    client: wired.client,
    wired,
    loopback,
    serve,
    line,
    open,
    forgive: (complaint) => {
      forgiven.push(complaint)
    },
  }
}

/** Starts everything that a journey needs; `close` ends it, and fails where a window has complained. */
export async function openStage(): Promise<Stage> {
  await using opening = new AsyncDisposableStack()
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-window-'))
  opening.defer(() => rm(folder, { recursive: true, force: true }))
  await mkdir(path.join(folder, 'web'))
  await writeFile(path.join(folder, 'web', 'compose.yaml'), webCompose)
  // Found built by `npm test`; built here for a journey that runs alone.
  await ensureWindow()
  const ledger = await startTestLedger()
  opening.defer(() => ledger.close())
  const simulator = await serveSimulator(path.join(folder, 'keys'))
  opening.defer(() => simulator.close())
  const browser = await startBrowser()
  opening.defer(() => browser.close())
  const closing = opening.move()
  const file = configFile.parse(shopFile(simulator))
  return {
    ledger,
    simulator,
    browser,
    folder,
    file,
    join: (login, membership) => seat({ ledger, simulator, browser }, login, membership, closing),
    declare: async ({ client }) => {
      await client.config.apply({ command_id: anew(), file, directory: folder })
    },
    close: () => closing.disposeAsync(),
  }
}
