import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { expect as sees } from '@playwright/test'
import type { Browser } from '@playwright/test'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserContext, startBrowser } from '../support/browser.ts'
import { describeWith } from '../support/parts.ts'

const page = `<!doctype html><title>A page</title><main><h1></h1></main>
<script>
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  document.querySelector('h1').textContent = [navigator.language, dark ? 'dark' : 'light'].join(' ')
</script>`

describeWith(['chromium'], 'the browser of the journeys', () => {
  let browser: Browser
  let server: Server
  let address = ''

  beforeAll(async () => {
    server = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(page)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const bound = server.address()
    if (bound === null || typeof bound === 'string') throw new TypeError('no port')
    address = `http://127.0.0.1:${bound.port}/`
    browser = await startBrowser()
  })

  afterAll(async () => {
    await browser.close()
    server.closeAllConnections()
    server.close()
  })

  test.each([
    { colorScheme: 'light', locale: 'en-GB' },
    { colorScheme: 'dark', locale: 'zh-CN' },
  ] as const)('shows a page as somebody with $colorScheme and $locale sees it', async (look) => {
    const context = await browserContext(browser, look)
    const tab = await context.newPage()
    await tab.goto(address)
    await sees(tab.getByRole('heading')).toHaveText(`${look.locale} ${look.colorScheme}`)
    await context.close()
  })

  test('finds no name but those of loopback', async () => {
    const context = await browserContext(browser)
    const tab = await context.newPage()
    await expect(tab.goto('http://pilothouse.example/')).rejects.toThrow('ERR_NAME_NOT_RESOLVED')
    await context.close()
  })

  test('two people at it share no cookie', async () => {
    const [one, other] = [await browserContext(browser), await browserContext(browser)]
    await one.addCookies([{ name: 'session', value: 'one', url: address }])
    expect(await other.cookies(address)).toEqual([])
    await Promise.all([one.close(), other.close()])
  })
})
