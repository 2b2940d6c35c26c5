import { AxeBuilder } from '@axe-core/playwright'
import { expect as playwrightExpect } from '@playwright/test'
import type { Locator, Page } from '@playwright/test'
import { expect } from 'vitest'

/** What somebody sees; waits for it, since a page comes to be. */
export const sees = playwrightExpect.configure({ timeout: 30_000 })

/** The part of a page under a heading of its own. */
export function section(page: Page, heading: string): Locator {
  return page.locator('section').filter({ has: page.getByRole('heading', { name: heading, exact: true }) })
}

const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Written out for the page, whose names these sources don't know: colours that are on their way are nobody's. */
const transitionsAreOver = `Promise.allSettled(
  document.getAnimations().filter((each) => each instanceof CSSTransition).map((each) => each.finished),
)`

/** Fails where a machine finds that somebody could not use the page as it is now. */
export async function expectAccessible(page: Page, where: string): Promise<void> {
  await page.evaluate(transitionsAreOver)
  // There are no frames in the window, which is what the other mode is for, at several times the cost.
  const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode()
  const { violations } = await axe.withTags(standards).analyze()
  const found = violations.map(({ id, help, nodes }) => ({
    rule: id,
    help,
    where: nodes.map(({ target, failureSummary }) => `${target.join(' ')}: ${failureSummary ?? ''}`),
  }))
  expect(found, where).toEqual([])
}

/** What a page complains of in its console, and scripts that fail, from now on. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`${error.name}: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
  })
  return complaints
}
