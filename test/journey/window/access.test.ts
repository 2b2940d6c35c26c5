import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../../support/parts.ts'
import { plan } from './asking.ts'
import { section, sees } from './seeing.ts'
import { everything, openStage } from './stage.ts'
import type { Actor, Stage } from './stage.ts'

describeWith(['chromium'], 'who may do and approve what', () => {
  let stage: Stage
  let alice: Actor
  let bob: Actor
  let carol: Actor
  let page: Page

  beforeAll(async () => {
    stage = await openStage()
    alice = await stage.join('alice', { person: 'Alice Moreno', roles: everything })
    await stage.declare(alice)
    bob = await stage.join('bob', { person: 'Bob Tanaka', roles: [{ role: 'approver' }] })
    await stage.join('dora', { person: 'Dora Okafor', roles: [{ role: 'release-manager' }] })
    carol = await stage.join('carol', { person: 'Carol Ruiz', roles: [{ role: 'viewer', project: 'shop' }] })
    page = await alice.open()
  })
  afterAll(async () => stage.close())

  const title = (who: Page) => who.getByRole('heading', { level: 1 })
  const go = (who: Page, name: string) => who.getByRole('link', { name, exact: true }).click()
  const rules = async (tag: string) => (await plan(alice, { tag })).preview.policy.rules

  it('an administrator sees who approves what, and writes another rule', async () => {
    await go(page, 'Access')
    await go(page, 'Who approves what')
    await sees(section(page, 'shop · production')).toContainText('1 other person who may approve there')
    await sees(section(page, 'shop · production')).toContainText('Bob Tanaka')
    await page.getByRole('button', { name: /^Change who approves releases to production of shop/ }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('combobox', { name: 'Who' }).click()
    await page.getByRole('option', { name: 'People with a role' }).click()
    await dialog.getByRole('button', { name: 'See what will be asked' }).click()
    await sees(dialog.getByRole('combobox', { name: 'Role' })).toHaveAccessibleDescription('This is needed.')
    await dialog.getByRole('combobox', { name: 'Role' }).fill('release-m')
    await page.getByRole('option', { name: 'release-manager' }).click()
  })

  it('is told before asking what it says in words, and that a second person has to confirm it', async () => {
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: 'See what will be asked' }).click()
    await sees(dialog).toContainText('1 person with the role release-manager')
    await sees(dialog.getByRole('note')).toContainText('A second person has to confirm this')
    await dialog.getByRole('textbox', { name: 'Reason' }).fill('one release manager for every release')
    await dialog.getByRole('button', { name: 'Ask for it' }).click()
    await sees(dialog.getByRole('status')).toContainText('It waits for a second person.')
    await dialog.getByRole('link', { name: 'Open the ticket' }).click()
    await sees(page.getByText('You asked for it, so another person has to decide it')).toBeVisible()
    await sees(page.getByRole('button', { name: 'Approve' })).toHaveCount(0)
  })

  it('nothing counts before it is confirmed', async () => {
    expect(await rules('1.0')).toMatchObject([{ role: null, minimum: 1 }])
  })

  it('a second person reads what counts now and then, and confirms it', async () => {
    const theirs = await bob.open()
    await go(theirs, 'Inbox')
    await theirs.getByRole('table', { name: 'Tickets' }).getByRole('link').click()
    await sees(section(theirs, 'What changes')).toContainText('1 person with the role release-manager')
    const fields = section(theirs, 'What changes').getByRole('table')
    await sees(fields.getByRole('row')).not.toHaveCount(1)
    await sees(theirs.getByText('one release manager for every release').first()).toBeVisible()
    await theirs.getByRole('button', { name: 'Approve' }).click()
    await theirs
      .getByRole('dialog')
      .getByRole('button', { name: /^Approve · [0-9a-f]{12}$/ })
      .click()
    await sees(theirs.getByText('Your approval is recorded.')).toBeVisible()
  })

  it('counts for the next release, and the page of whoever asked knows', async () => {
    expect(await rules('1.1')).toMatchObject([
      { role: 'release-manager', minimum: 1, candidates: ['Dora Okafor'] },
    ])
    await go(page, 'Access')
    await go(page, 'Who approves what')
    await sees(section(page, 'shop · production')).toContainText('1 person with the role release-manager')
    await sees(section(page, 'shop · production')).not.toContainText('Bob Tanaka')
  })

  it('somebody new learns which permission they lack, which role gives it, and who can grant it', async () => {
    const theirs = await carol.open()
    await sees(theirs.getByRole('link', { name: 'New release' })).toHaveCount(0)
    await go(theirs, 'Access')
    await sees(theirs.getByRole('note').filter({ hasText: 'You can look here.' })).toBeVisible()
    await go(theirs, 'What am I missing')
    await sees(title(theirs)).toHaveText('What am I missing')
    const lacking = theirs.getByRole('table', { name: 'You may not: shop' })
    const row = lacking.getByRole('row', { name: /release:apply.*compose/ })
    await sees(row).toContainText('operator-compose')
    await sees(row).toContainText('Alice Moreno')
    await sees(theirs.getByRole('table', { name: 'You may: shop' })).toContainText('release:read')
  })
})
