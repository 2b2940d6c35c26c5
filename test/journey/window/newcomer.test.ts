import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { serveSimulator } from '../../../src-main/simulator/serve.ts'
import type { ServedSimulator } from '../../../src-main/simulator/serve.ts'
import { browserContext, startBrowser } from '../../support/browser.ts'
import { openCommandLine } from '../../support/commandLine.ts'
import type { CommandLine } from '../../support/commandLine.ts'
import { describeWith } from '../../support/parts.ts'
import { complaintsOf, section, sees } from './seeing.ts'
import { serveWindow } from './served.ts'
import { shopFile, webCompose } from './stage.ts'

describeWith(['chromium'], 'a newcomer with nothing but an installed Pilothouse', () => {
  const closing = new AsyncDisposableStack()
  let cli: CommandLine
  let simulator: ServedSimulator
  let browser: Browser
  let page: Page

  beforeAll(async () => {
    cli = await openCommandLine()
    closing.defer(() => cli.close())
    simulator = await serveSimulator(path.join(cli.home, 'keys'))
    closing.defer(() => simulator.close())
    browser = await startBrowser()
    closing.defer(() => browser.close())
    await mkdir(path.join(cli.home, 'web'))
    await writeFile(path.join(cli.home, 'web', 'compose.yaml'), webCompose)
  })
  afterAll(() => closing.disposeAsync())

  const go = (name: string) => page.getByRole('navigation').getByRole('link', { name }).click()
  const title = () => page.getByRole('heading', { level: 1 })

  it('sets a ledger up, opens the window by its link, and is told that they work alone', async () => {
    await cli.records(['ledger', 'init', '--login', 'ada', '--person', 'Ada Lovelace'])
    await cli.records(['profile', 'ssh', '--identity', simulator.announcement.identity_file])
    const served = await serveWindow(cli.home)
    closing.defer(async () => {
      expect(await served.close()).toMatchObject({ code: 0 })
    })
    const context = await browserContext(browser)
    page = await context.newPage()
    const complaints = complaintsOf(page)
    closing.defer(() => expect(complaints).toEqual([]))
    await page.goto(served.link)
    await sees(page.getByRole('banner')).toContainText('Ada Lovelace')
    await sees(page.getByRole('note', { name: /Working alone/ })).toBeVisible()
    expect(page.url()).not.toContain('enter=')
  })

  it('finds empty pages that say what to do', async () => {
    await sees(title()).toHaveText('Releases')
    await sees(page.getByRole('status').filter({ hasText: 'No releases yet' })).toContainText(
      'begin with services and targets',
    )
    await go('Inbox')
    await sees(page.getByRole('status').filter({ hasText: 'Nothing waits for you' })).toContainText('“All”')
    await go('Targets')
    await sees(page.getByRole('status').filter({ hasText: 'No targets yet' })).toContainText(
      'pilothouse.yaml',
    )
    await go('Access')
    await sees(page.getByRole('main')).toContainText('Ada Lovelace')
    await go('Services')
    await sees(page.getByRole('status').filter({ hasText: 'No services yet' })).toContainText(
      'pilothouse.yaml',
    )
  })

  it('declares the project in the window, and sees first what that would change', async () => {
    const empty = page.getByRole('status').filter({ hasText: 'No services yet' })
    await empty.getByRole('link', { name: 'Declare with pilothouse.yaml' }).click()
    await sees(title()).toHaveText('Declare services and targets')
    const file = page.getByRole('textbox', { name: 'pilothouse.yaml' })
    await file.fill('version: 1\nproject: shop\nstages: production\n')
    await sees(page.getByRole('status').filter({ hasText: 'The file can’t be read' })).toContainText('Line 3')
    await file.fill(stringify(shopFile(simulator)))
    await page.getByRole('textbox', { name: 'Folder of the file' }).fill(cli.home)
    await sees(page.getByText('The file can be read. Project: shop. Targets: 2. Services: 1.')).toBeVisible()
    await page.getByRole('button', { name: 'See what it changes' }).click()
    await sees(section(page, 'What it changes')).toContainText('Target shop-production')
    await page.getByRole('button', { name: 'Apply it' }).click()
    await sees(page.getByRole('status').filter({ hasText: 'Applied' })).toBeVisible()
  })

  it('plans the first release, reads it, asks for it, and starts it', async () => {
    await page.getByRole('link', { name: 'Plan the first release' }).click()
    await sees(title()).toHaveText('New release')
    await page.getByRole('combobox', { name: 'Service' }).selectOption('web')
    await page.getByRole('combobox', { name: 'Target' }).selectOption('shop-production')
    await page.getByRole('textbox', { name: 'TAG' }).fill('1.0')
    await page.getByRole('textbox', { name: 'Reason' }).fill('opening day')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await sees(title()).toHaveText('The plan of web-1')
    await sees(section(page, 'What changes')).toContainText('service web is created')
    await sees(section(page, 'Who has to approve')).toContainText('only one person works with this ledger')
    await page.getByRole('button', { name: 'Ask for it', exact: true }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Ask for it · [0-9a-f]{12}$/ })
      .click()
    await sees(title()).toHaveText('web-1')
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^Start · [0-9a-f]{12}$/ })
      .click()
    await sees(page.getByRole('status').filter({ hasText: /^applied$/i })).toBeVisible()
    const [release] = await cli.records(['release', 'status', 'web-1'])
    expect(release).toMatchObject({ lifecycle_state: 'applied', reason: 'opening day' })
  })

  it('reads the record of it, oldest first', async () => {
    await page.getByRole('tab', { name: 'Timeline' }).click()
    await sees(page.getByRole('tabpanel')).toContainText(
      /made the release[^]*started to apply it[^]*is applied and verified/,
    )
  })
})
