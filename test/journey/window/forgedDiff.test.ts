import type { Page } from '@playwright/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEngine } from '../../../src-main/engine/engine.ts'
import type { Diff } from '../../../src-preload/contract/releases.ts'
import { describeWith } from '../../support/parts.ts'
import { anew } from '../../support/desks.ts'
import { carryOut, shortHash } from './asking.ts'
import { section, sees } from './seeing.ts'
import { everything, openStage } from './stage.ts'
import type { Actor, Stage } from './stage.ts'

/** What a requester would like the approver to believe: one label changes. */
const harmless: Diff = {
  objects: [
    {
      kind: 'service',
      name: 'web',
      action: 'change',
      fields: [{ path: 'environment.GREETING', before: 'hello', after: 'welcome', secret: false }],
    },
  ],
  counts: { create: 0, change: 1, replace: 0, delete: 0, unchanged: 0 },
  words: [{ text: 'diff.fields', params: { count: 1, name: 'web', paths: 'environment.GREETING' } }],
}

/** Asks for a release with a client that was patched: the document is what it is, the diff beside it is made up. */
async function askForged({ wired, client }: Actor): Promise<string> {
  const { parts } = wired.context
  const patched = createEngine({
    ...parts,
    ledger: {
      ...parts.ledger,
      recordPreview: (command) =>
        parts.ledger.recordPreview({
          ...command,
          diff: harmless,
          checks: [],
          risk: { level: 'low', reasons: [] },
        }),
    },
  })
  const { release, preview } = await patched.plan({
    command_id: anew(),
    service: 'web',
    target: 'shop-production',
    variables: { TAG: '6.66-miner', GREETING: 'welcome' },
    secrets: {},
    reason: 'a friendlier greeting',
  })
  const { preview_ref, context_hash } = preview
  await client.releases.request_apply({ command_id: anew(), release: release.id, preview_ref, context_hash })
  return release.label
}

describeWith(['chromium'], 'an approver whom a patched client shows a harmless diff', () => {
  let stage: Stage
  let mallory: Actor
  let bob: Actor
  let page: Page

  beforeAll(async () => {
    stage = await openStage()
    mallory = await stage.join('mallory', { person: 'Mallory Quinn', roles: everything })
    await stage.declare(mallory)
    bob = await stage.join('bob', { person: 'Bob Tanaka', roles: [{ role: 'approver' }] })
    await carryOut(mallory, { tag: '1.3' }, bob)
    const label = await askForged(mallory)
    page = await bob.open()
    await page.getByRole('link', { name: 'Inbox' }).click()
    await page.getByRole('link', { name: `${label} to shop-production` }).click()
  })
  afterAll(async () => stage.close())

  it('is warned, and sees what the document really changes', async () => {
    const own = section(page, 'What changes, compared here')
    await sees(own.getByRole('alert')).toContainText('service web')
    await sees(own).toContainText('shop/web:1.3 → shop/web:6.66-miner')
  })

  it('sees the made-up diff only where it is called the word of who asked', async () => {
    await sees(page.getByText('shop/web:6.66-miner').first()).toBeVisible()
    const claimed = section(page, 'What the requester’s desktop said')
    await sees(claimed).toContainText(mallory.login)
    await claimed.getByRole('button', { name: 'Show the requester’s diff' }).click()
    await sees(claimed.getByRole('cell', { name: 'welcome' })).toBeVisible()
    await sees(claimed).not.toContainText('6.66-miner')
  })

  it('is warned once more before they decide, and rejects it', async () => {
    await page.getByRole('button', { name: 'Approve' }).click()
    const dialog = page.getByRole('dialog')
    await sees(dialog.getByRole('alert')).toContainText('service web')
    await sees(dialog).toContainText('shop/web:6.66-miner')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('button', { name: 'Reject' }).click()
    await dialog.getByRole('textbox', { name: 'Why' }).fill('The diff is not of this document.')
    const { context_hash } = await bob.client.inbox.get({ ticket: 'web-2' })
    await dialog.getByRole('button', { name: `Reject · ${shortHash(context_hash)}` }).click()
    await sees(dialog).toHaveCount(0)
    expect((await mallory.client.releases.get({ release: 'web-2' })).lifecycle_state).toBe('rejected')
  })
})
