/**
 * @vitest-environment jsdom
 */
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import type { ReactNode } from 'react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { approvalPolicy, delegation, entitlement, role } from '../../../src-preload/contract/access.ts'
import type { Grant } from '../../../src-preload/contract/members.ts'
import { failing } from '../../../src-renderer/transport/failure.ts'
import { DelegatesPage } from '../../../src-renderer/views/access/delegates/DelegatesPage.tsx'
import { FreezesPage } from '../../../src-renderer/views/access/freezes/FreezesPage.tsx'
import { MissingPage } from '../../../src-renderer/views/access/missing/MissingPage.tsx'
import { PeoplePage } from '../../../src-renderer/views/access/people/PeoplePage.tsx'
import { PoliciesPage } from '../../../src-renderer/views/access/policies/PoliciesPage.tsx'
import { aMember, aReader } from '../inbox/tickets.ts'
import { shown } from '../pages.tsx'
import type { Answers } from '../pages.tsx'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const everywhere = (permission: Grant['permission']): Grant => ({
  permission,
  runtime: '*',
  project_id: null,
})
const ticket = '0198c0de-0000-7000-8000-000000000001'
const alice = aMember('alice', { person: { id: crypto.randomUUID(), name: 'Alice' } })
const bob = aMember('bob', {
  person: { id: crypto.randomUUID(), name: 'Bob' },
  roles: [{ role: 'approver', project: 'shop', until: null }],
})
const policy = approvalPolicy.parse({
  stage_id: crypto.randomUUID(),
  project: 'shop',
  stage: 'production',
  production: true,
  runtime: '*',
  version: 1,
  rules: [{ rule: { kind: 'anyone', minimum: 1 }, candidates: ['Bob'] }],
  preview_ttl_minutes: 30,
  approval_window_hours: 8,
})

function engine(more: Answers = {}, solo = false): Answers {
  return {
    'members.me': () => aReader(alice, [everywhere('access:write'), everywhere('release:approve')], solo),
    'members.list': () => [alice, bob],
    'access.teams': () => [],
    'access.roles': () => [role.parse({ role: 'approver', template: true, permissions: [] })],
    'access.policies': () => [policy],
    'access.freezes': () => [],
    'access.delegations': () => [],
    'access.change': () => ({ ticket, position: '1:1' }),
    ...more,
  }
}

const open = (page: ReactNode, more: Answers = {}, solo = false) => shown(page, engine(more, solo), '/access')
const click = async (name: string | RegExp) => fireEvent.click(await screen.findByRole('button', { name }))
const dialog = async () => within(await screen.findByRole('dialog'))

describe('taking a role from somebody', () => {
  const begin = async () => click('Take approver (shop) from bob')

  test('says what will be asked before anything is sent, and then links to the ticket', async () => {
    const stage = await open(<PeoplePage />)
    await begin()
    const asked = await dialog()
    expect(asked.getByText('The role approver in shop is taken from bob.')).toBeDefined()
    expect(asked.getByText(/A second person has to confirm this/)).toBeDefined()
    expect(stage.sent).toEqual([])
    fireEvent.change(asked.getByRole('textbox', { name: 'Reason' }), { target: { value: ' moved on ' } })
    fireEvent.click(asked.getByRole('button', { name: 'Ask for it' }))
    const link = await asked.findByRole('link', { name: 'Open the ticket' })
    expect(link.getAttribute('href')).toBe(`#/inbox/${ticket}`)
    expect(stage.sent).toMatchObject([
      {
        procedure: 'access.change',
        input: {
          change: {
            kind: 'revoke',
            from: { kind: 'member', login: 'bob' },
            role: 'approver',
            project: 'shop',
          },
          reason: 'moved on',
        },
      },
    ])
  })

  test('is done at once while nobody else works with the ledger', async () => {
    await open(<PeoplePage />, { 'access.change': () => ({ ticket: null, position: '1:1' }) }, true)
    await begin()
    const asked = await dialog()
    expect(asked.getByText(/there is nobody to ask/)).toBeDefined()
    fireEvent.click(asked.getByRole('button', { name: 'Do it' }))
    expect((await asked.findByRole('status')).textContent).toContain('Done.')
    expect(asked.queryByRole('link')).toBe(null)
  })

  test('that was asked before leads to the ticket that waits', async () => {
    await open(<PeoplePage />, {
      'access.change': () => Promise.reject(failing('conflict', { ticket, status: 'pending' })),
    })
    await begin()
    const asked = await dialog()
    fireEvent.click(asked.getByRole('button', { name: 'Ask for it' }))
    expect((await asked.findByRole('alert')).textContent).toContain('The same was asked before')
    expect(asked.getByRole('link').getAttribute('href')).toBe(`#/inbox/${ticket}`)
  })

  test('that is refused says who can grant what is missing', async () => {
    await open(<PeoplePage />, {
      'access.change': () =>
        Promise.reject(failing('permission_denied', { permission: 'access:write', grantors: ['Carol'] })),
    })
    await begin()
    const asked = await dialog()
    fireEvent.click(asked.getByRole('button', { name: 'Ask for it' }))
    const alert = await asked.findByRole('alert')
    expect(alert.textContent).toContain('access:write')
    expect(alert.textContent).toContain('Carol')
  })

  test('is the same command when it is sent again after a lost connection, and a new one after a refusal', async () => {
    const answers = [failing('offline', {}, 'unanswered'), failing('ledger_unavailable'), null]
    const stage = await open(<PeoplePage />, {
      'access.change': () => {
        const next = answers.shift()
        return next == null ? { ticket: null, position: '1:1' } : Promise.reject(next)
      },
    })
    await begin()
    const asked = await dialog()
    const confirm = asked.getByRole('button', { name: 'Ask for it' })
    for (const count of [1, 2, 3]) {
      fireEvent.click(confirm)
      await waitFor(() => expect(stage.sent).toHaveLength(count))
      if (count < 3) await waitFor(() => expect(confirm).toHaveProperty('disabled', false))
    }
    expect(stage.sent[1]).toEqual(stage.sent[0])
    expect(stage.sent[2]).not.toEqual(stage.sent[1])
  })
})

describe('a form', () => {
  test('says at each field what is missing, and asks for nothing until it is there', async () => {
    const stage = await open(<PeoplePage />)
    await click('Grant a role to bob')
    const asked = await dialog()
    fireEvent.click(asked.getByRole('button', { name: 'See what will be asked' }))
    expect(await asked.findAllByText('This is needed.')).toHaveLength(2)
    expect(asked.queryByRole('button', { name: 'Ask for it' })).toBe(null)
    expect(stage.sent).toEqual([])
  })

  test('for a policy begins with the rules that count now, and shows them beside the new ones', async () => {
    const stage = await open(<PoliciesPage />)
    await click(/Change who approves releases to production of shop/)
    const asked = await dialog()
    fireEvent.change(asked.getByRole('textbox', { name: 'How many' }), { target: { value: '2' } })
    fireEvent.click(asked.getByRole('button', { name: 'See what will be asked' }))
    expect(await asked.findByText('1 other person who may approve there')).toBeDefined()
    expect(
      asked.getByText(
        'A release to production of shop (any runtime) needs: 2 other people who may approve there.',
      ),
    ).toBeDefined()
    fireEvent.click(asked.getByRole('button', { name: 'Ask for it' }))
    await waitFor(() => expect(stage.sent).toHaveLength(1))
    expect(stage.sent[0]?.input).toMatchObject({
      change: {
        kind: 'policy',
        project: 'shop',
        stage: 'production',
        runtime: '*',
        rules: [{ kind: 'anyone', minimum: 2 }],
      },
    })
  })
})

describe('a dialog', () => {
  test('gives the focus back to the button that opened it', async () => {
    await open(<PeoplePage />)
    const opener = await screen.findByRole('button', { name: 'Take approver (shop) from bob' })
    opener.focus()
    fireEvent.click(opener)
    const asked = await dialog()
    await waitFor(() => expect(document.activeElement).not.toBe(opener))
    fireEvent.click(asked.getByRole('button', { name: 'Cancel' }))
    await waitFor(() => expect(document.activeElement).toBe(opener))
  })
})

describe('freezes and delegations', () => {
  test('a freeze needs a place, an end and a reason, and then counts at once, whoever else is there', async () => {
    const stage = await open(<FreezesPage />, {
      'access.freeze': () => ({ freeze: ticket, position: '1:1' }),
    })
    await click('Freeze a stage')
    const asked = await dialog()
    const look = () => fireEvent.click(asked.getByRole('button', { name: 'See what will be asked' }))
    look()
    expect(await asked.findAllByText('This is needed.')).toHaveLength(4)
    for (const [field, option] of [
      ['Project', 'shop'],
      ['Stage', 'production'],
    ] as const) {
      fireEvent.click(asked.getByRole('combobox', { name: field }))
      const list = within(await screen.findByRole('listbox', { name: field, hidden: true }))
      fireEvent.click(list.getByRole('option', { name: option, hidden: true }))
    }
    fireEvent.change(asked.getByLabelText(/^Until/), { target: { value: '2999-01-01T10:00' } })
    fireEvent.change(asked.getByRole('textbox', { name: 'Reason' }), { target: { value: 'year end' } })
    look()
    expect(await asked.findByText(/^Nothing starts on production of shop from/)).toBeDefined()
    expect(asked.getByText('This counts at once, and is recorded.')).toBeDefined()
    fireEvent.click(asked.getByRole('button', { name: 'Do it' }))
    await waitFor(() => expect(stage.sent).toHaveLength(1))
    expect(stage.sent[0]).toMatchObject({
      procedure: 'access.freeze',
      input: {
        project: 'shop',
        stage: 'production',
        until: new Date(2999, 0, 1, 10).toISOString(),
        reason: 'year end',
      },
    })
  })

  test('ending a delegation of one’s own is sent as that, and done', async () => {
    const own = delegation.parse({
      id: crypto.randomUUID(),
      person: alice.person,
      to: bob.person,
      from: '2026-01-01T00:00:00Z',
      until: '2999-01-01T00:00:00Z',
      ended_at: null,
      active: true,
    })
    const stage = await open(<DelegatesPage />, {
      'access.delegations': () => [own],
      'access.end_delegation': () => ({ position: '1:1' }),
    })
    await click('End it: Bob for Alice')
    const asked = await dialog()
    expect(asked.getByText('Bob no longer decides in place of Alice.')).toBeDefined()
    fireEvent.click(asked.getByRole('button', { name: 'Do it' }))
    await waitFor(() => expect(stage.sent).toHaveLength(1))
    expect(stage.sent[0]).toMatchObject({ procedure: 'access.end_delegation', input: { delegation: own.id } })
  })
})

describe('what somebody may not do', () => {
  test('is told with the roles that give it and the people who can grant it', async () => {
    const lacking = entitlement.parse({
      permission: 'release:approve',
      runtime: '*',
      project: 'shop',
      held: false,
      through: [],
      roles: ['approver', 'release-manager'],
      grantors: ['Carol'],
    })
    await open(<MissingPage />, { 'access.missing': () => [lacking] })
    const table = await screen.findByRole('table', { name: 'You may not: shop' })
    expect(within(table).getByRole('row', { name: /release:approve/ }).textContent).toBe(
      'release:approveapprover, release-managerCarol',
    )
  })

  test('is not offered as a button: a reader without access:write looks only', async () => {
    await open(<PeoplePage />, { 'members.me': () => aReader(alice, []) })
    expect(await screen.findByText(/You can look here/)).toBeDefined()
    expect(await screen.findByText('approver · shop')).toBeDefined()
    expect(screen.queryByRole('button', { name: /Grant a role|Take approver|Disable/ })).toBe(null)
  })

  test('making a login is shown as the administrator’s command and sent by nobody', async () => {
    const stage = await open(<PeoplePage />)
    await click('Invite a person')
    const asked = await dialog()
    fireEvent.change(asked.getByRole('textbox', { name: 'Full name' }), { target: { value: 'Grace Hopper' } })
    fireEvent.change(asked.getByRole('textbox', { name: 'New login' }), { target: { value: 'grace' } })
    expect(
      await asked.findByText("pilothouse member add grace --person 'Grace Hopper' --out grace.invitation"),
    ).toBeDefined()
    expect(stage.sent).toEqual([])
  })
})
