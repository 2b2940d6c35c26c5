import type { Page } from '@playwright/test'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { anew } from '../../support/desks.ts'
import { describeWith } from '../../support/parts.ts'
import { ask, carryOut, plan } from './asking.ts'
import { expectAccessible, sees } from './seeing.ts'
import { everything, openStage } from './stage.ts'
import type { Actor, Stage } from './stage.ts'

const languages = ['en-GB', 'zh-CN'] as const

/** Every page, by the address behind its `#`. Releases: web-1 applied, web-2 failed, web-3 waits, web-4 is planned. */
const addresses = [
  '/releases',
  '/releases?state=rejected',
  '/releases/new',
  '/releases/web-1',
  '/releases/web-1?show=plan',
  '/releases/web-1?show=steps',
  '/releases/web-1?show=logs',
  '/releases/web-1?show=timeline',
  '/releases/web-2',
  '/releases/web-3',
  '/releases/web-4/plan',
  '/inbox?view=all',
  '/services',
  '/services/web',
  '/services/declare',
  '/targets',
  '/targets/shop-production',
  '/access',
  '/access/teams',
  '/access/roles',
  '/access/policies',
  '/access/freezes',
  '/access/delegates',
  '/access/missing',
  '/nowhere',
]

async function settled(page: Page): Promise<void> {
  await sees(page.getByRole('heading', { level: 1 })).toBeVisible()
  await sees(page.locator('.mantine-Loader-root')).toHaveCount(0)
}

async function expectAccessibleInBoth(page: Page, where: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await sees(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme)
    await expectAccessible(page, `${where}, ${colorScheme}`)
  }
}

describeWith(['chromium'], 'somebody who uses the window with assistive technology', () => {
  let stage: Stage
  let bob: Actor
  let tickets: readonly string[]

  beforeAll(async () => {
    stage = await openStage()
    const alice = await stage.join('alice', { person: 'Alice Moreno', roles: everything })
    await stage.declare(alice)
    await alice.client.access.change({
      command_id: anew(),
      change: { kind: 'team', project: 'shop', team: 'web', people: [alice.login] },
      reason: '',
    })
    bob = await stage.join('bob', {
      person: 'Bob Tanaka',
      roles: [{ role: 'approver' }, { role: 'auditor' }],
    })
    await carryOut(alice, { tag: '1.3' }, bob)
    stage.simulator.host.switches.set({ kind: 'failing_health', service: 'web', image: '1.4' })
    await carryOut(alice, { tag: '1.4' }, bob)
    await ask(alice, { tag: '1.5', reason: 'the checkout page, corrected' })
    await plan(alice, { tag: '1.6' })
    const until = new Date(Date.now() + 86_400_000).toISOString()
    const from = new Date().toISOString()
    const frozen = { project: 'shop', stage: 'staging', from, until, reason: 'stocktaking' }
    await alice.client.access.freeze({ command_id: anew(), ...frozen })
    await alice.client.access.change({
      command_id: anew(),
      change: { kind: 'delegate', person: alice.login, to: bob.login, from, until },
      reason: 'on holiday',
    })
    tickets = (await bob.client.inbox.list({ view: 'pending' })).tickets.map(({ id }) => id)
  })
  afterAll(async () => stage.close())

  describe.each(languages)('in %s', (locale) => {
    let page: Page
    beforeAll(async () => {
      page = await bob.open({ locale })
      await settled(page)
    })

    it.each(addresses)('can use %s', async (address) => {
      await page.goto(`${new URL(page.url()).origin}/#${address}`)
      await settled(page)
      await expectAccessibleInBoth(page, address)
    })

    it('can use the menu and the list of keys', async () => {
      await page.getByRole('button', { name: 'Bob Tanaka' }).click()
      await sees(page.getByRole('menu')).toBeVisible()
      await expectAccessibleInBoth(page, 'the menu')
      await page.keyboard.press('Escape')
      await sees(page.getByRole('menu')).toHaveCount(0)
      await page.keyboard.press('Shift+?')
      await sees(page.getByRole('dialog')).toBeVisible()
      await expectAccessibleInBoth(page, 'the keys')
      await page.keyboard.press('Escape')
    })

    it('can use every kind of ticket, and the dialogs that decide it', async () => {
      for (const id of tickets) {
        await page.goto(`${new URL(page.url()).origin}/#/inbox/${id}`)
        await settled(page)
        await expectAccessibleInBoth(page, `ticket ${id}`)
        for (const key of ['a', 'r', 'e']) {
          await page.keyboard.press(key)
          await sees(page.getByRole('dialog')).toBeVisible()
          await sees(page.locator('.mantine-Loader-root')).toHaveCount(0)
          await expectAccessibleInBoth(page, `ticket ${id}, ${key}`)
          await page.keyboard.press('Escape')
          await sees(page.getByRole('dialog')).toHaveCount(0)
        }
      }
    })
  })

  it('can use the page that asks for a link', async () => {
    bob.forgive(/status of 401|no valid credentials available/)
    const page = await bob.open()
    await page.context().clearCookies()
    await page.reload()
    await sees(page.getByRole('heading', { level: 1 })).toHaveText('Open the link')
    await expectAccessibleInBoth(page, 'the gate')
  })
})
