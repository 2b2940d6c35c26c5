import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../../support/parts.ts'
import { anew } from '../../support/desks.ts'
import { ask, carryOut, shortHash } from './asking.ts'
import { section, sees } from './seeing.ts'
import { everything, openStage } from './stage.ts'
import type { Actor, Stage } from './stage.ts'

describeWith(['chromium'], 'somebody who approves', () => {
  let stage: Stage
  let alice: Actor
  let bob: Actor
  let page: Page

  beforeAll(async () => {
    stage = await openStage()
    alice = await stage.join('alice', { person: 'Alice Moreno', roles: everything })
    await stage.declare(alice)
    bob = await stage.join('bob', { person: 'Bob Tanaka', roles: [{ role: 'approver' }] })
    await stage.join('dora', { person: 'Dora Okafor', roles: [{ role: 'approver' }] })
    await carryOut(alice, { tag: '1.3' }, bob)
    await ask(alice, {
      tag: '1.4',
      reason: 'The checkout page loses its basket.',
      change_link: 'https://changes.example/1841',
    })
    await alice.client.access.change({
      command_id: anew(),
      change: {
        kind: 'grant',
        to: { kind: 'member', login: bob.login },
        role: 'auditor',
        project: 'shop',
        until: null,
      },
      reason: 'Bob prepares the yearly audit',
    })
    page = await bob.open()
  })
  afterAll(async () => stage.close())

  const active = () => page.getByRole('table', { name: 'Tickets' }).locator('[aria-current="true"]')
  const dialog = () => page.getByRole('dialog')
  /** Presses a key until the row of a release is the active one. */
  const moveTo = async (release: string, key: 'j' | 'k') => {
    for (let pressed = 0; pressed < 10; pressed += 1) {
      if (((await active().textContent()) ?? '').includes(release)) break
      await page.keyboard.press(key)
    }
    await sees(active()).toContainText(release)
  }

  it('finds what waits for them, and moves through it by keys', async () => {
    await page.getByRole('link', { name: 'Inbox' }).click()
    const tickets = page.getByRole('table', { name: 'Tickets' })
    await sees(tickets.getByRole('row')).toHaveCount(3)
    await page.keyboard.press('/')
    await sees(page.getByRole('textbox', { name: 'Search' })).toBeFocused()
    await page.keyboard.type('basket')
    await sees(tickets.getByRole('row')).toHaveCount(2)
    await sees(tickets).toContainText('web-2 to shop-production')
    await page.getByRole('button', { name: 'Show all' }).click()
    await sees(tickets.getByRole('row')).toHaveCount(3)
    await page.getByRole('heading', { name: 'Inbox' }).click()
    await page.keyboard.press('j')
    const first = await active().textContent()
    await page.keyboard.press('j')
    await sees(active()).not.toHaveText(first ?? '')
    await page.keyboard.press('k')
    await sees(active()).toHaveText(first ?? '')
  })

  it('learns the keys from ?', async () => {
    await page.keyboard.press('Shift+?')
    await sees(dialog()).toContainText('next row')
    await sees(dialog()).toContainText('Approve')
    await page.keyboard.press('Escape')
    await sees(dialog()).toHaveCount(0)
  })

  it('reads why, what changes as compared here, the risk, and who still has to agree', async () => {
    await moveTo('web-2', 'j')
    await page.keyboard.press('Enter')
    await sees(page.getByRole('heading', { level: 1 })).toHaveText('web-2 to shop-production')
    await sees(section(page, 'The request')).toContainText('The checkout page loses its basket.')
    await sees(page.getByRole('link', { name: 'https://changes.example/1841' })).toBeVisible()
    const own = section(page, 'What changes, compared here')
    await sees(own).toContainText('shop/web:1.3 → shop/web:1.4')
    await sees(own.getByRole('alert')).toHaveCount(0)
    await sees(page.getByRole('heading', { name: 'Risk' })).toBeVisible()
    await sees(page.getByText('the stage production is production')).toBeVisible()
    await sees(page.getByText('Still can: Bob Tanaka, Dora Okafor')).toBeVisible()
  })

  it('comments and asks somebody else, by keys', async () => {
    await page.keyboard.press('c')
    await page.keyboard.type('Is the basket kept in Redis?')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await sees(page.getByRole('listitem').filter({ hasText: 'Is the basket kept in Redis?' })).toContainText(
      'Bob Tanaka',
    )
    await page.keyboard.press('Escape')
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('e')
    await sees(dialog()).toContainText('Who should decide it?')
    await dialog().getByRole('combobox', { name: 'Assign to' }).fill('Dora')
    await page.getByRole('option', { name: /Dora Okafor/ }).click()
    await dialog().getByRole('button', { name: 'Assign' }).click()
    await sees(dialog()).toHaveCount(0)
    await sees(page.getByRole('row', { name: /Assigned to/ })).toContainText('dora')
  })

  it('approves exactly what its short hash names', async () => {
    const { context_hash } = await bob.client.inbox.get({ ticket: 'web-2' })
    await page.keyboard.press('a')
    await sees(dialog()).toContainText('Approve exactly this?')
    await sees(dialog()).toContainText(shortHash(context_hash))
    await sees(dialog()).toContainText('shop/web:1.3 → shop/web:1.4')
    await page.keyboard.type('Read with Dora.')
    await dialog()
      .getByRole('button', { name: `Approve · ${shortHash(context_hash)}` })
      .press('Enter')
    await sees(page.getByText('Your approval is recorded.')).toBeVisible()
    await sees(page.getByRole('listitem').filter({ hasText: 'Read with Dora.' })).toContainText('approved')
    expect((await alice.client.releases.get({ release: 'web-2' })).lifecycle_state).toBe('approved')
  })

  it('takes an approval back that is not carried out yet, and has to say why', async () => {
    await page.getByRole('button', { name: 'Revoke' }).click()
    const confirm = dialog().getByRole('button', { name: /^Revoke · / })
    await sees(confirm).toBeDisabled()
    await dialog().getByRole('textbox', { name: 'Why' }).fill('The incident comes first.')
    await confirm.click()
    await sees(
      section(page, 'History').getByRole('listitem').filter({ hasText: 'The incident comes first.' }),
    ).toContainText('Bob Tanaka')
    expect((await alice.client.releases.get({ release: 'web-2' })).lifecycle_state).toBe('cancelled')
  })

  it('rejects from the list by a key, and has to say why', async () => {
    await ask(alice, { tag: '1.5', reason: 'a new banner' })
    await page.getByRole('link', { name: 'Inbox' }).click()
    const tickets = page.getByRole('table', { name: 'Tickets' })
    await sees(tickets).toContainText('web-3 to shop-production')
    await page.getByRole('heading', { level: 1 }).click()
    await page.keyboard.press('j')
    await moveTo('web-3', 'k')
    await page.keyboard.press('r')
    await sees(dialog().getByRole('button', { name: /^Reject · / })).toBeDisabled()
    await page.keyboard.type('No banners in December.')
    await dialog()
      .getByRole('button', { name: /^Reject · / })
      .press('Enter')
    await sees(dialog()).toHaveCount(0)
    expect((await alice.client.releases.get({ release: 'web-3' })).lifecycle_state).toBe('rejected')
  })
})
