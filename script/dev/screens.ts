import { mkdir, rm } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import type { Browser, Page } from '@playwright/test'
import { browserContext, startBrowser } from '../../test/support/browser.ts'
import type { Look } from '../../test/support/browser.ts'
import { serveWindow } from '../../test/journey/window/served.ts'
import type { ServedWindow } from '../../test/journey/window/served.ts'
import { shots } from './screens/shots.ts'
import type { Shot } from './screens/shots.ts'
import { tellStory } from './screens/story.ts'
import type { Player } from './screens/story.ts'
import { openWorld } from './screens/world.ts'
import { repository } from './toolchain.js'
import { ensureWindow } from './window.ts'

const folder = path.join(repository, 'docs', 'screens')
const looks = [
  { colorScheme: 'light', locale: 'en-GB', suffix: 'en.light' },
  { colorScheme: 'dark', locale: 'en-GB', suffix: 'en.dark' },
  { colorScheme: 'light', locale: 'zh-CN', suffix: 'zh-CN.light' },
  { colorScheme: 'dark', locale: 'zh-CN', suffix: 'zh-CN.dark' },
] as const satisfies readonly (Look & { suffix: string })[]
type View = (typeof looks)[number]

async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.locator('.mantine-Loader-root').first().waitFor({ state: 'detached' })
  await page.evaluate('document.fonts.ready')
}

async function take(page: Page, shot: Shot, { suffix }: View): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#${shot.address}`)
  await settled(page)
  await shot.before?.(page)
  await settled(page)
  const file = path.join(folder, `${shot.name}.${suffix}.png`)
  await page.screenshot({ path: file, animations: 'disabled', caret: 'hide' })
}

/** One look of one player's window: all of their pictures. */
async function takeAll(browser: Browser, link: string, by: Player, look: View): Promise<void> {
  const context = await browserContext(browser, look)
  try {
    const page = await context.newPage()
    await page.goto(link)
    await settled(page)
    for (const shot of shots) if (shot.by === by) await take(page, shot, look)
  } finally {
    await context.close()
  }
}

/** What somebody sees who has no session. */
async function takeGate(browser: Browser, { port }: ServedWindow, look: View): Promise<void> {
  const context = await browserContext(browser, look)
  try {
    const page = await context.newPage()
    await page.goto(`http://127.0.0.1:${port}/`)
    await settled(page)
    await page.screenshot({ path: path.join(folder, `gate.${look.suffix}.png`) })
  } finally {
    await context.close()
  }
}

await ensureWindow()
await using world = await openWorld()
process.stdout.write('Telling the story …\n')
await tellStory(world)
const browser = await startBrowser()
try {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  for (const by of ['lin', 'maria', 'kofi', 'carol'] as const) {
    for (const look of looks) {
      process.stdout.write(`${by}, ${look.suffix}\n`)
      const served = await serveWindow(world.home, by)
      try {
        await takeAll(browser, served.link, by, look)
        if (by === 'lin') await takeGate(browser, served, look)
      } finally {
        await served.close()
      }
    }
  }
} finally {
  await browser.close()
}
