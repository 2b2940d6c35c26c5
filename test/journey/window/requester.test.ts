import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { approve } from '../../support/desks.ts'
import { describeWith } from '../../support/parts.ts'
import { carryOut } from './asking.ts'
import { section, sees } from './seeing.ts'
import { everything, openStage } from './stage.ts'
import type { Actor, Stage } from './stage.ts'

describeWith(['chromium'], 'somebody who asks for releases', () => {
  let stage: Stage
  let alice: Actor
  let bob: Actor
  let page: Page

  beforeAll(async () => {
    stage = await openStage()
    alice = await stage.join('alice', { person: 'Alice Moreno', roles: everything })
    await stage.declare(alice)
    bob = await stage.join('bob', { person: 'Bob Tanaka', roles: [{ role: 'approver' }] })
    await carryOut(alice, { tag: '1.3' }, bob)
    stage.simulator.host.switches.set({ kind: 'failing_health', service: 'web', image: '1.4' })
    page = await alice.open()
  })
  afterAll(async () => stage.close())

  const title = () => page.getByRole('heading', { level: 1 })
  const dialog = () => page.getByRole('dialog')
  const state = (name: string) =>
    sees(page.getByRole('status').filter({ hasText: new RegExp(`^${name}$`, 'i') })).toBeVisible()

  it('finds what runs now in the list, and begins a new release', async () => {
    const list = page.getByRole('table', { name: 'Releases' })
    await sees(list.getByRole('row')).toHaveCount(2)
    await sees(list).toContainText('web-1')
    await page.getByRole('link', { name: 'New release' }).click()
    await sees(title()).toHaveText('New release')
  })

  it('is told what is missing before anything is planned, and loses nothing by looking elsewhere', async () => {
    await page.getByRole('combobox', { name: 'Service' }).selectOption('web')
    await page.getByRole('combobox', { name: 'Target' }).selectOption('shop-production')
    await page.getByRole('button', { name: 'Plan it' }).click()
    await sees(page.getByRole('alert').filter({ hasText: 'Correct what is marked' })).toBeVisible()
    await page.getByRole('textbox', { name: 'TAG' }).fill('1.4')
    await page.getByRole('textbox', { name: 'Version' }).fill('1.4')
    await page.getByRole('textbox', { name: 'Reason' }).fill('new checkout page')
    await page.getByRole('textbox', { name: 'Link to the change' }).fill('https://changes.example/7')
    await page.getByRole('link', { name: 'Inbox' }).click()
    await page.goBack()
    await sees(page.getByRole('textbox', { name: 'Reason' })).toHaveValue('new checkout page')
  })

  it('reads the plan: what changes, in words and by field, the risk, who decides, the way back', async () => {
    await page.getByRole('button', { name: 'Plan it' }).click()
    await sees(title()).toHaveText('The plan of web-2')
    await sees(section(page, 'What changes')).toContainText('shop/web:1.3 → shop/web:1.4')
    await sees(section(page, 'Risk')).toContainText('the stage production is production')
    await sees(section(page, 'Who has to approve')).toContainText('Bob Tanaka')
    await sees(section(page, 'Way back')).toContainText('web-1')
  })

  it('asks for exactly that plan, and waits for the people whom the policy names', async () => {
    const { context_hash } = await alice.client.releases.show_preview({ release: 'web-2' })
    const short = context_hash.replace('sha256:', '').slice(0, 12)
    await page.getByRole('button', { name: 'Ask for it', exact: true }).click()
    await sees(dialog()).toContainText(short)
    await dialog()
      .getByRole('button', { name: `Ask for it · ${short}` })
      .click()
    await sees(title()).toHaveText('web-2')
    await state('waits for approval')
    await sees(page.getByText('Waits until all of these have approved:')).toBeVisible()
    await sees(page.getByRole('button', { name: 'Start', exact: true })).toHaveCount(0)
  })

  it('hears of the approval without asking for it, starts, and watches the steps', async () => {
    await approve(bob.client, await alice.client.releases.get({ release: 'web-2' }))
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await dialog()
      .getByRole('button', { name: /^Start · / })
      .click()
    await state('applying')
    await page.getByRole('tab', { name: 'Steps' }).click()
    await sees(page.getByRole('tabpanel')).toContainText('bring up shop-production')
  })

  it('is told what failed, where, why and what to do next', async () => {
    await state('failed')
    await page.getByRole('tab', { name: 'Diagnosis' }).click()
    const found = page.getByRole('tabpanel')
    await sees(found).toContainText('web')
    await sees(found).toContainText('fails its healthcheck')
    await sees(found).toContainText('Read the output of the healthcheck')
    await page.getByRole('tab', { name: 'Logs' }).click()
    await sees(page.getByRole('tabpanel')).toContainText('Container')
  })

  it('goes back under the same approval, and ends where it began', async () => {
    await page.getByRole('button', { name: 'Go back' }).click()
    await dialog().getByRole('textbox', { name: 'Reason' }).fill('the checkout page never got healthy')
    await dialog().getByRole('button', { name: 'Plan the way back' }).click()
    await sees(title()).toHaveText('The plan of web-3')
    await sees(section(page, 'Who has to approve')).toContainText('an earlier approval covers this way back')
    await page.getByRole('button', { name: 'Ask for it', exact: true }).click()
    await dialog()
      .getByRole('button', { name: /^Ask for it · / })
      .click()
    await page.getByRole('button', { name: 'Start', exact: true }).click()
    await dialog()
      .getByRole('button', { name: /^Start · / })
      .click()
    await state('applied')
    await page.getByRole('navigation').getByRole('link', { name: 'Releases' }).click()
    const list = page.getByRole('table', { name: 'Releases' })
    await sees(list.getByRole('row').filter({ hasText: 'web-2' })).toContainText('rolled back')
    expect((await alice.client.releases.get({ release: 'web-2' })).lifecycle_state).toBe('rollback')
  })
})
