import process from 'node:process'
import { chromium } from '@playwright/test'
import type { Browser, BrowserContext } from '@playwright/test'
import { findProgram } from './machine.ts'

/** How a person has set up their desktop, as far as a page can see it. */
export interface Look {
  colorScheme?: 'light' | 'dark'
  locale?: 'en-GB' | 'zh-CN'
  viewport?: { width: number; height: number }
}

/** Nothing but loopback is there for the browser, and it asks for nothing by itself. */
const flags = [
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-gpu',
  '--no-first-run',
  '--no-default-browser-check',
]

/** Starts the machine's Chromium without a window; suites that call it need the part `chromium`. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await findProgram('chromium')
  if (executablePath === undefined) throw new TypeError('the machine has no chromium')
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0, args: flags })
}

/** A browser of somebody's own: cookies and preferences are shared with no other context, and nothing is animated. */
export async function browserContext(browser: Browser, look: Look = {}): Promise<BrowserContext> {
  const { colorScheme = 'light', locale = 'en-GB', viewport = { width: 1280, height: 800 } } = look
  return browser.newContext({
    colorScheme,
    locale,
    viewport,
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    serviceWorkers: 'block',
  })
}
