import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from '@playwright/test'
import pg from 'pg'
import { v7 as newId } from 'uuid'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import { fileKeystore, keystoreOf, ledgerPassword } from '../../../src-main/entry/keystore.ts'
import { serveSimulator } from '../../../src-main/simulator/serve.ts'
import { ticket } from '../../../src-preload/contract/inbox.ts'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import { browserContext, startBrowser } from '../../support/browser.ts'
import { openCommandLine } from '../../support/commandLine.ts'
import type { CommandLine } from '../../support/commandLine.ts'
import { emptyDatabase, testServer } from '../../support/ledger.ts'
import { describeWith } from '../../support/parts.ts'
import { shortHash } from './asking.ts'
import { complaintsOf, sees } from './seeing.ts'
import { serveWindow } from './served.ts'
import { shopFile, webCompose } from './stage.ts'

const suffix = String(process.pid)
const [first, second, other] = [`alice_${suffix}`, `alice2_${suffix}`, `bob_${suffix}`]
const refusal = 'Who asked for something can not approve it, under any login.'

describeWith(
  ['chromium'],
  'approving what one asked for oneself, by another login of the same person',
  () => {
    const closing = new AsyncDisposableStack()
    let cli: CommandLine
    let browser: Browser
    let database: string
    let waiting: Ticket

    const seen = async (): Promise<Ticket> => {
      const [shown] = await cli.records(['--profile', 'first', 'inbox', 'show', 'web-1'])
      return z.object({ ticket }).parse(shown).ticket
    }

    beforeAll(async () => {
      const server = await testServer()
      database = (await emptyDatabase()).database
      const url = `postgres://${server.user}@${server.host}:${server.port}/${database}`
      const admin = { PGPASSWORD: server.password }
      cli = await openCommandLine()
      closing.defer(() => cli.close())
      const simulator = await serveSimulator(path.join(cli.home, 'keys'))
      closing.defer(() => simulator.close())
      browser = await startBrowser()
      closing.defer(() => browser.close())

      await mkdir(path.join(cli.home, 'web'))
      await writeFile(path.join(cli.home, 'web', 'compose.yaml'), webCompose)
      const file = path.join(cli.home, 'pilothouse.yaml')
      await writeFile(file, stringify(shopFile(simulator)))

      const invite = async (profile: string, login: string, ...who: string[]) => {
        const invitation = path.join(cli.home, `${login}.json`)
        const add = ['member', 'add', login, '--role', 'approver', '--out', invitation, '--url', url, ...who]
        await cli.records(['--profile', 'first', ...add], 0, admin)
        await cli.records(['--profile', profile, 'join', invitation])
      }
      const init = ['ledger', 'init', '--url', url, '--login', first, '--person', 'Alice Moreno']
      await cli.records(['--profile', 'first', ...init], 0, admin)
      await invite('second', second, '--same-person-as', first)
      await invite('other', other, '--person', 'Bob Tanaka')
      const asFirst = (...argv: string[]) => cli.records(['--profile', 'first', ...argv])
      await asFirst('profile', 'ssh', '--identity', simulator.announcement.identity_file)
      await asFirst('config', 'apply', '-f', file)
      const [planned] = await asFirst(
        'release',
        'preview',
        'web',
        '--target',
        'shop-production',
        '--set',
        'TAG=1.0',
      )
      const { preview } = z.object({ preview: z.object({ preview_ref: z.string() }) }).parse(planned)
      await asFirst('release', 'apply', 'web-1', '--preview', preview.preview_ref)
      waiting = await seen()
    })
    afterAll(() => closing.disposeAsync())

    it('is refused on the command line', async () => {
      const digest = shortHash(waiting.context_hash)
      const tried = await cli.run(['--profile', 'second', 'inbox', 'approve', 'web-1', '--digest', digest])
      expect(tried.code).toBe(3)
      expect(tried.stderr).toContain('self_approval_denied')
      expect(tried.stderr).toContain(refusal)
    })

    it('is refused in plain SQL, with the login’s own password', async () => {
      const kept = keystoreOf(fileKeystore(path.join(cli.home, 'data', 'secrets')), 'second')
      const { host, port } = await testServer()
      const password = (await kept.get(ledgerPassword)) ?? expect.fail('the password is kept in the home')
      const client = new pg.Client({ host, port, database, user: second, password })
      await client.connect()
      try {
        const command = {
          command_id: newId(),
          ticket_id: waiting.id,
          decision: 'approve',
          seen_revision: waiting.revision,
          seen_context_hash: waiting.context_hash,
          comment: '',
        }
        const { rows } = await client.query<{ answer: unknown }>(
          'SELECT pilothouse_api.decide($1) AS answer',
          [JSON.stringify(command)],
        )
        expect(rows).toMatchObject([{ answer: { ok: false, code: 'self_approval_denied' } }])
        const update = `UPDATE pilothouse.approval_inbox_items SET status = 'approved' WHERE id = $1`
        await expect(client.query(update, [waiting.id])).rejects.toMatchObject({ code: '42501' })
      } finally {
        await client.end()
      }
    })

    it('is not offered in the window, which says why', async () => {
      await using window = await openWindow(browser, cli)
      const { page } = window
      await sees(page.getByRole('heading', { level: 1 })).toHaveText('web-1 to shop-production')
      await sees(
        page.getByText('You asked for it, so another person has to decide it, whichever login you use.'),
      ).toBeVisible()
      await sees(page.getByRole('button', { name: 'Approve' })).toHaveCount(0)
    })

    it('is refused in a window that was made to offer it', async () => {
      await using window = await openWindow(browser, cli, (page) =>
        page.routeWebSocket(/\/contract$/, (near) => {
          const far = near.connectToServer()
          far.onMessage((message) => {
            near.send(String(message).replaceAll('"can_decide":false', '"can_decide":true'))
          })
        }),
      )
      const { page } = window
      await page.getByRole('button', { name: 'Approve' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('button', { name: `Approve · ${shortHash(waiting.context_hash)}` }).click()
      const alert = dialog.getByRole('alert').filter({ hasText: 'self_approval_denied' })
      await sees(alert).toContainText(refusal)
      await sees(alert).toContainText('Nothing was decided.')
    })

    it('has changed nothing, and another person can still decide', async () => {
      expect(await seen()).toMatchObject({ status: 'pending', revision: waiting.revision })
      const digest = shortHash(waiting.context_hash)
      await cli.records(['--profile', 'other', 'inbox', 'approve', 'web-1', '--digest', digest])
      expect(await seen()).toMatchObject({ status: 'approved', decided_by: other })
    })
  },
)

interface OpenWindow extends AsyncDisposable {
  readonly page: Page
}

/** The window of the second login, at the ticket; `before` may do something to the page first. */
async function openWindow(
  browser: Browser,
  cli: CommandLine,
  before: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<OpenWindow> {
  await using opening = new AsyncDisposableStack()
  const served = await serveWindow(cli.home, 'second')
  opening.defer(async () => {
    expect(await served.close()).toMatchObject({ code: 0 })
  })
  const context = await browserContext(browser)
  opening.defer(() => context.close())
  const page = await context.newPage()
  const complaints = complaintsOf(page)
  opening.defer(() => expect(complaints).toEqual([]))
  await before(page)
  await page.goto(served.link)
  await page.getByRole('link', { name: 'Inbox' }).click()
  await page.getByRole('link', { name: 'web-1 to shop-production' }).click()
  const closing = opening.move()
  return { page, [Symbol.asyncDispose]: () => closing.disposeAsync() }
}
