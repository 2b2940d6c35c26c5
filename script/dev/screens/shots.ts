import type { Page } from '@playwright/test'
import type { Player } from './story.ts'

/** One picture: whose window, at which address behind the `#`, and what is done there first. */
export interface Shot {
  readonly name: string
  readonly by: Player
  readonly address: string
  readonly before?: (page: Page) => Promise<void>
}

async function fillForm(page: Page): Promise<void> {
  await page.getByRole('combobox').nth(0).selectOption({ label: 'checkout' })
  await page.getByRole('combobox').nth(1).selectOption({ label: 'checkout-production' })
  const fields = page.getByRole('main').getByRole('textbox')
  const typed = ['1.5.2', '45m', '1.5.2', '结算页改版，修正健康检查', 'https://changes.example/shop/1902']
  for (const [index, text] of typed.entries()) await fields.nth(index).fill(text)
}

async function openFirstTicket(page: Page, title: RegExp): Promise<void> {
  await page.getByRole('link', { name: title }).first().click()
  await page.getByRole('heading', { level: 1, name: title }).waitFor()
}

async function openDialog(page: Page, key: string): Promise<void> {
  await page.keyboard.press(key)
  await page.getByRole('dialog').waitFor()
}

const waiting = /storefront-3/

/** Every view, as the story has filled it. */
export const shots: readonly Shot[] = [
  { name: 'releases', by: 'lin', address: '/releases' },
  { name: 'release-form', by: 'kofi', address: '/releases/new', before: fillForm },
  { name: 'release-plan', by: 'lin', address: '/releases/checkout-4/plan' },
  { name: 'release-waiting', by: 'kofi', address: '/releases/storefront-3' },
  { name: 'release-steps', by: 'lin', address: '/releases/checkout-3?show=steps' },
  { name: 'release-diagnosis', by: 'lin', address: '/releases/checkout-2?show=diagnosis' },
  { name: 'release-timeline', by: 'lin', address: '/releases/checkout-2?show=timeline' },
  { name: 'inbox', by: 'maria', address: '/inbox?view=all' },
  {
    name: 'ticket',
    by: 'maria',
    address: '/inbox?view=pending',
    before: (page) => openFirstTicket(page, waiting),
  },
  {
    name: 'ticket-approve',
    by: 'maria',

    address: '/inbox?view=pending',
    before: async (page) => {
      await openFirstTicket(page, waiting)
      await openDialog(page, 'a')
    },
  },
  {
    name: 'ticket-access',
    by: 'maria',

    address: '/inbox?view=pending',
    before: (page) => openFirstTicket(page, /auditor/),
  },
  { name: 'services', by: 'kofi', address: '/services' },
  { name: 'service', by: 'kofi', address: '/services/checkout' },
  { name: 'declare', by: 'lin', address: '/services/declare' },
  { name: 'targets', by: 'kofi', address: '/targets' },
  { name: 'target', by: 'kofi', address: '/targets/checkout-production' },
  { name: 'access-people', by: 'lin', address: '/access' },
  { name: 'access-teams', by: 'lin', address: '/access/teams' },
  { name: 'access-roles', by: 'lin', address: '/access/roles' },
  { name: 'access-policies', by: 'lin', address: '/access/policies' },
  { name: 'access-freezes', by: 'lin', address: '/access/freezes' },
  { name: 'access-delegates', by: 'maria', address: '/access/delegates' },
  { name: 'access-missing', by: 'carol', address: '/access/missing' },
]
