/**
 * @vitest-environment jsdom
 */
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Route } from 'wouter'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import type { Grant } from '../../../src-preload/contract/members.ts'
import { failing } from '../../../src-renderer/transport/failure.ts'
import { TicketPage } from '../../../src-renderer/views/inbox/TicketPage.tsx'
import { shown } from '../pages.tsx'
import type { Answers } from '../pages.tsx'
import {
  aChangeTicket,
  aComparison,
  aMember,
  aPlan,
  aPlanTicket,
  aReader,
  aRelease,
  aReviewTicket,
  hash,
  shop,
} from './tickets.ts'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const approve: Grant = { permission: 'release:approve', runtime: '*', project_id: shop }
const bob = aMember('bob')

function engine(ticket: Ticket, more: Answers = {}): Answers {
  return {
    'inbox.get': () => ticket,
    'members.me': () => aReader(bob, [approve]),
    'releases.compare': () => aComparison(),
    'releases.show_preview': () => aPlan(),
    'releases.get': () => aRelease(),
    'access.freezes': () => [],
    ...more,
  }
}

async function open(ticket: Ticket, more: Answers = {}) {
  const stage = await shown(
    <Route path="/inbox/:ticket">
      <TicketPage />
    </Route>,
    engine(ticket, more),
    `/inbox/${ticket.id}`,
  )
  await screen.findByRole('heading', { level: 1, name: /./ })
  await screen.findByText('The request')
  return stage
}

const button = (name: RegExp | string) => screen.findByRole('button', { name })
const inDialog = async () => within(await screen.findByRole('dialog'))
const decided = { ticket: aPlanTicket({ status: 'approved', can_decide: false }), position: '1:1' }

describe('a plan that waits', () => {
  test('shows what this desktop compared, and names the objects whose claimed diff says something else', async () => {
    await open(aPlanTicket(), {
      'releases.compare': () => aComparison({ claim_differs: [{ kind: 'volume', name: 'orders' }] }),
    })
    expect(await screen.findByText('web: image shop/web:1 → shop/web:2')).toBeDefined()
    expect((await screen.findByRole('alert')).textContent).toContain('volume orders')
  })

  test('approving sends the revision and the hash that were shown, and repeats the warning first', async () => {
    const stage = await open(aPlanTicket(), {
      'releases.compare': () => aComparison({ claim_differs: [{ kind: 'volume', name: 'orders' }] }),
      'inbox.approve': () => decided,
    })
    fireEvent.click(await button('Approve'))
    const dialog = await inDialog()
    expect((await dialog.findByRole('alert')).textContent).toContain('volume orders')
    expect(dialog.getByText(hash('c').slice(7, 19))).toBeDefined()
    fireEvent.click(await dialog.findByRole('button', { name: /^Approve · cccccccccccc/ }))
    await waitFor(() => expect(stage.sent).toHaveLength(1))
    expect(stage.sent[0]).toMatchObject({
      procedure: 'inbox.approve',
      input: { ticket: aPlanTicket().id, seen_revision: 3, seen_context_hash: hash('c'), comment: '' },
    })
  })

  test('can not be approved before it was compared here', async () => {
    const stage = await open(aPlanTicket(), {
      'releases.compare': () => Promise.reject(failing('render_failed')),
    })
    fireEvent.click(await button('Approve'))
    const dialog = await inDialog()
    const confirm = await dialog.findByRole('button', { name: /^Approve ·/ })
    expect(confirm).toHaveProperty('disabled', true)
    fireEvent.click(confirm)
    expect(stage.sent).toEqual([])
  })

  test('that changes under the open dialog can not be decided from it', async () => {
    const stage = await open(aPlanTicket())
    fireEvent.click(await button('Approve'))
    const dialog = await inDialog()
    const confirm = await dialog.findByRole('button', { name: /^Approve ·/ })
    await waitFor(() => expect(confirm).toHaveProperty('disabled', false))
    const newer = aPlanTicket({ revision: 4, context_hash: hash('e'), updated_at: '2026-03-01T10:05:00Z' })
    await stage.change({ 'inbox.get': () => newer })
    expect(await dialog.findByText(/The ticket changed while this was open/)).toBeDefined()
    expect(confirm).toHaveProperty('disabled', true)
    expect(confirm.textContent).toContain('cccccccccccc')
  })

  test('is rejected only with a comment', async () => {
    const stage = await open(aPlanTicket(), { 'inbox.reject': () => decided })
    fireEvent.click(await button('Reject'))
    const dialog = await inDialog()
    const confirm = await dialog.findByRole('button', { name: /^Reject ·/ })
    expect(confirm).toHaveProperty('disabled', true)
    fireEvent.change(dialog.getByRole('textbox'), { target: { value: ' not on a Friday ' } })
    fireEvent.click(confirm)
    await waitFor(() => expect(stage.sent).toHaveLength(1))
    expect(stage.sent[0]).toMatchObject({ procedure: 'inbox.reject', input: { comment: 'not on a Friday' } })
  })

  test('says what to do after a refusal, and is not sent again as it is', async () => {
    const stage = await open(aPlanTicket(), {
      'inbox.approve': () => Promise.reject(failing('self_approval_denied', { requested_by: 'alice' })),
    })
    fireEvent.click(await button('Approve'))
    const dialog = await inDialog()
    const confirm = await dialog.findByRole('button', { name: /^Approve ·/ })
    await waitFor(() => expect(confirm).toHaveProperty('disabled', false))
    fireEvent.click(confirm)
    expect(await dialog.findByText(/Somebody else has to/)).toBeDefined()
    expect(dialog.getByText('self_approval_denied')).toBeDefined()
    expect(dialog.getByRole('button', { name: 'Assign it' })).toBeDefined()
    expect(confirm).toHaveProperty('disabled', true)
    expect(stage.sent).toHaveLength(1)
  })

  test('sent again after a lost connection is the same command', async () => {
    let calls = 0
    const stage = await open(aPlanTicket(), {
      'inbox.approve': () => {
        calls += 1
        return calls === 1 ? Promise.reject(failing('offline', {}, 'unanswered')) : decided
      },
    })
    fireEvent.click(await button('Approve'))
    const dialog = await inDialog()
    const confirm = await dialog.findByRole('button', { name: /^Approve ·/ })
    await waitFor(() => expect(confirm).toHaveProperty('disabled', false))
    fireEvent.click(confirm)
    expect(await dialog.findByText(/is not made twice/)).toBeDefined()
    fireEvent.click(confirm)
    await waitFor(() => expect(stage.sent).toHaveLength(2))
    expect(stage.sent[1]).toEqual(stage.sent[0])
  })

  test('keeps a typed comment while somebody else decides it', async () => {
    const stage = await open(aPlanTicket())
    const field = await screen.findByRole('textbox', { name: 'Comment' })
    fireEvent.change(field, { target: { value: 'half a thought' } })
    const rejected = aPlanTicket({
      status: 'rejected',
      can_decide: false,
      decided_by: 'carol',
      decided_at: '2026-03-01T11:00:00Z',
      actions: [
        {
          action: 'rejected',
          actor: 'carol',
          person: 'Carol',
          comment: 'too late',
          at: '2026-03-01T11:00:00Z',
        },
      ],
      updated_at: '2026-03-01T11:00:00Z',
    })
    await stage.change({ 'inbox.get': () => rejected })
    expect(await screen.findByText('too late')).toBeDefined()
    expect(screen.queryByRole('button', { name: 'Approve' })).toBe(null)
    expect(screen.getByRole('textbox', { name: 'Comment' })).toHaveProperty('value', 'half a thought')
  })

  test('whose release was planned again does not show the newer plan as its own', async () => {
    await open(aPlanTicket({ status: 'superseded', can_decide: false }), {
      'releases.show_preview': () => aPlan({ context_hash: hash('e') }),
    })
    expect(await screen.findByText(/The release was planned again since/)).toBeDefined()
    expect(screen.queryByText('Show the requester’s diff')).toBe(null)
    expect(screen.queryByText('The way back')).toBe(null)
  })

  test('of one’s own says that somebody else has to decide', async () => {
    await open(aPlanTicket({ requested_by: 'bob', can_decide: false }))
    expect(await screen.findByText(/another person has to decide it/)).toBeDefined()
    expect(screen.queryByRole('button', { name: 'Approve' })).toBe(null)
  })
})

describe('other tickets', () => {
  test('a review names the incident and is closed, in order or wrong', async () => {
    await open(aReviewTicket())
    expect((await screen.findByRole('link', { name: /incidents.example/ })).getAttribute('href')).toBe(
      'https://incidents.example/9',
    )
    expect(await button('Close: in order')).toBeDefined()
    expect(await button('Close: wrong')).toBeDefined()
  })

  test('a change shows the ledger’s comparison field by field, and is approved without a diff', async () => {
    const change = { kind: 'member', login: 'carol', active: false } as const
    const fields = [{ path: 'active', before: 'true', after: 'false' }]
    const stage = await open(aChangeTicket(change, { fields }), { 'inbox.approve': () => decided })
    const row = within(await screen.findByRole('table', { name: 'What changes' })).getByRole('row', {
      name: /active/,
    })
    expect(row.textContent).toBe('Loginactivedisabled')
    fireEvent.click(await button('Approve'))
    const dialog = await inDialog()
    fireEvent.click(await dialog.findByRole('button', { name: /^Approve ·/ }))
    await waitFor(() => expect(stage.sent.map(({ procedure }) => procedure)).toEqual(['inbox.approve']))
  })

  test('text that would hide or reorder what is read is written out', async () => {
    await open(aPlanTicket({ reason: 'fix \u202egnp.exe' }))
    expect(await screen.findByText('fix \\u{202e}gnp.exe')).toBeDefined()
  })
})
