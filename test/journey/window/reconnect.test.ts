import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeWith } from '../../support/parts.ts'
import { anew } from '../../support/desks.ts'
import { ask } from './asking.ts'
import { section, sees } from './seeing.ts'
import { everything, openStage } from './stage.ts'
import type { Actor, Stage } from './stage.ts'

describeWith(['chromium'], 'a window whose connection is lost', () => {
  let stage: Stage
  let alice: Actor
  let bob: Actor
  let page: Page
  const typed = 'I would like to see the load test first.'

  beforeAll(async () => {
    stage = await openStage()
    alice = await stage.join('alice', { person: 'Alice Moreno', roles: everything })
    await stage.declare(alice)
    bob = await stage.join('bob', { person: 'Bob Tanaka', roles: [{ role: 'approver' }] })
    await ask(alice, { tag: '1.4', reason: 'faster checkout' })
    bob.forgive(/^Failed to load resource: net::ERR_/)
    bob.forgive(/^WebSocket connection to .* failed/)
    page = await bob.open()
    await page.getByRole('link', { name: 'Inbox' }).click()
    await page.getByRole('link', { name: 'web-1 to shop-production' }).click()
    await page.getByRole('textbox', { name: 'Comment' }).fill(typed)
  })
  afterAll(async () => stage.close())

  const comment = () => page.getByRole('textbox', { name: 'Comment' })
  const send = () => section(page, 'History').getByRole('button', { name: 'Comment' })
  const say = (text: string) =>
    alice.client.inbox.comment({ command_id: anew(), ticket: 'web-1', comment: text })

  it('shows what others do as it happens', async () => {
    await say('The load test runs.')
    await sees(section(page, 'History')).toContainText('The load test runs.')
    await sees(comment()).toHaveValue(typed)
  })

  it('says that it is not connected and as of when, keeps what was typed, and sends nothing', async () => {
    bob.line.cut()
    await sees(page.getByRole('banner')).toContainText('Not connected since')
    await sees(page.getByRole('main')).toContainText('Not connected. Shown as of')
    await send().click()
    await sees(section(page, 'History').getByRole('alert')).toContainText('offline')
    await sees(comment()).toHaveValue(typed)
  })

  it('catches up by itself with what happened meanwhile, and with what happens then', async () => {
    await say('It passed: 900 requests a second.')
    bob.line.mend()
    await sees(section(page, 'History')).toContainText('It passed: 900 requests a second.')
    await sees(page.getByRole('banner')).toContainText('Live')
    await sees(comment()).toHaveValue(typed)
    await say('And the old one did 600.')
    await sees(section(page, 'History')).toContainText('And the old one did 600.')
  })

  it('sends once what is sent then', async () => {
    await send().click()
    await sees(comment()).toHaveValue('')
    const { actions } = await bob.client.inbox.get({ ticket: 'web-1' })
    expect(actions.filter((action) => action.comment === typed)).toHaveLength(1)
  })

  it('asks for a new link after its server was started anew, and still has what was typed', async () => {
    await comment().fill('One more question.')
    bob.forgive(/^Failed to load resource: the server responded with a status of 401/)
    const again = await bob.serve()
    try {
      bob.line.lead(again.port)
      await bob.loopback.close()
      bob.line.cut()
      bob.line.mend()
      await sees(page.getByRole('heading', { level: 1 })).toHaveText('Open the link')
      await page.goto(again.link().replace(`:${again.port}/`, `:${bob.line.port}/`))
      await page.getByRole('link', { name: 'Inbox' }).click()
      await page.getByRole('link', { name: 'web-1 to shop-production' }).click()
      await sees(comment()).toHaveValue('One more question.')
    } finally {
      await again.close()
    }
  })
})
