import type { Locator, Page } from '@playwright/test'
import { afterAll, beforeAll, it } from 'vitest'
import { describeWith } from '../../support/parts.ts'
import { carryOut } from './asking.ts'
import { sees } from './seeing.ts'
import { everything, openStage } from './stage.ts'
import type { Stage } from './stage.ts'

const furthest = 60

/** Presses Tab until something has the focus; fails where it can't be reached. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await sees(wanted).toBeVisible()
  const focused = wanted.and(page.locator(':focus'))
  for (let pressed = 0; pressed < furthest && (await focused.count()) === 0; pressed += 1)
    await page.keyboard.press('Tab')
  await sees(focused).toHaveCount(1)
}

describeWith(['chromium'], 'somebody without a mouse', () => {
  let stage: Stage
  let page: Page

  beforeAll(async () => {
    stage = await openStage()
    const ada = await stage.join('ada', { person: 'Ada Lovelace', roles: everything })
    await stage.declare(ada)
    await carryOut(ada, { tag: '1.0' }, null)
    page = await ada.open()
    await sees(page.getByRole('table', { name: 'Releases' })).toBeVisible()
  })
  afterAll(async () => stage.close())

  const title = () => page.getByRole('heading', { level: 1 })
  const button = (name: string | RegExp) => page.getByRole('button', { name, exact: true })
  const inDialog = (name: RegExp) => page.getByRole('dialog').getByRole('button', { name })
  const pressEnterOn = async (wanted: Locator) => {
    await tabTo(page, wanted)
    await page.keyboard.press('Enter')
  }

  it('opens a release of the list by j and Enter, and moves through its parts by arrows', async () => {
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await sees(title()).toHaveText('web-1')
    await tabTo(page, page.getByRole('tab', { name: 'What changes' }))
    await page.keyboard.press('ArrowRight')
    await sees(page.getByRole('tab', { name: 'Plan' })).toBeFocused()
    await page.keyboard.press('ArrowRight')
    await sees(page.getByRole('tab', { name: 'Steps' })).toHaveAttribute('aria-selected', 'true')
    await sees(page.getByRole('tabpanel')).toContainText('bring up shop-production')
  })

  it('fills the form of a new release and plans it', async () => {
    await pressEnterOn(page.getByRole('navigation').getByRole('link', { name: 'Releases' }))
    await pressEnterOn(page.getByRole('link', { name: 'New release' }))
    await sees(title()).toHaveText('New release')
    await tabTo(page, page.getByRole('combobox', { name: 'Service' }))
    await page.keyboard.type('web')
    await tabTo(page, page.getByRole('combobox', { name: 'Target' }))
    await page.keyboard.type('shop-prod')
    await tabTo(page, page.getByRole('textbox', { name: 'TAG' }))
    await page.keyboard.type('1.1')
    await tabTo(page, page.getByRole('textbox', { name: 'Reason' }))
    await page.keyboard.type('without a mouse')
    await pressEnterOn(button('Plan it'))
    await sees(title()).toHaveText('The plan of web-2')
  })

  it('asks for it and starts it, each confirmed in a dialog that keeps the focus', async () => {
    await pressEnterOn(button('Ask for it'))
    await tabTo(page, inDialog(/^Ask for it · /))
    for (let pressed = 0; pressed < 8; pressed += 1) {
      await page.keyboard.press('Tab')
      await sees(page.getByRole('dialog').locator(':focus')).toHaveCount(1)
    }
    await pressEnterOn(inDialog(/^Ask for it · /))
    await sees(title()).toHaveText('web-2')
    await pressEnterOn(button('Start'))
    await pressEnterOn(inDialog(/^Start · /))
    await sees(page.getByRole('status').filter({ hasText: /^applied$/i })).toBeVisible()
  })

  it('leaves a dialog by Escape, back to where they were', async () => {
    await pressEnterOn(button('Go back'))
    await sees(page.getByRole('dialog')).toBeVisible()
    await page.keyboard.press('Escape')
    await sees(page.getByRole('dialog')).toHaveCount(0)
    await sees(button('Go back')).toBeFocused()
  })

  it('changes how the window looks and speaks', async () => {
    await pressEnterOn(page.getByRole('button', { name: 'Ada Lovelace' }))
    await sees(page.getByRole('menu')).toBeVisible()
    const focused = page.getByRole('menu').locator(':focus')
    for (let pressed = 0; pressed < 12 && (await focused.textContent()) !== '简体中文'; pressed += 1)
      await page.keyboard.press('ArrowDown')
    await sees(focused).toHaveText('简体中文')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    await sees(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    await sees(page.getByRole('navigation')).toContainText('发布')
  })
})
