/**
 * @vitest-environment jsdom
 */
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import type { PlanTicket } from '../../../src-preload/contract/inbox.ts'
import { ticketId } from '../../../src-preload/contract/vocabulary.ts'
import { InboxPage } from '../../../src-renderer/views/inbox/InboxPage.tsx'
import { useSelection } from '../../../src-renderer/views/inbox/selection.ts'
import { shown } from '../pages.tsx'
import type { Answers } from '../pages.tsx'
import { aComparison, aMember, aPlanTicket, aReader } from './tickets.ts'

afterEach(() => {
  cleanup()
  useSelection.setState({ ids: [], active: null })
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const numbered = (number: number): PlanTicket =>
  aPlanTicket({
    id: ticketId.parse(`0198c0de-0000-7000-8000-${String(number).padStart(12, '0')}`),
    release: `web-${number}`,
  })
const stats = { pending: 2, overdue: 1, expiring: 0 }
const asked = z.object({
  after: z.string().optional(),
  text: z.string().optional(),
  risk: z.string().optional(),
})

function engine(tickets: readonly PlanTicket[], more: Answers = {}): Answers {
  return {
    'inbox.list': () => ({ tickets, stats }),
    'inbox.get': () => tickets[0],
    'members.me': () => aReader(aMember('bob'), []),
    'members.list': () => [],
    'access.policies': () => [],
    'releases.compare': () => aComparison(),
    ...more,
  }
}

const press = (key: string, at: Element = document.body) =>
  fireEvent.keyDown(at, { key, code: `Key${key.toUpperCase()}` })
const activeRow = () => document.querySelector('[aria-current="true"]')?.textContent ?? null

describe('the inbox', () => {
  test('is worked through by keys: j and k move, a decides on the selected ticket', async () => {
    const stage = await shown(<InboxPage />, engine([numbered(1), numbered(2)]), '/inbox')
    await screen.findByText('web-1 to web-target')
    press('a')
    expect(screen.queryByRole('dialog')).toBe(null)
    press('j')
    await waitFor(() => expect(activeRow()).toContain('web-1'))
    press('j')
    await waitFor(() => expect(activeRow()).toContain('web-2'))
    press('k')
    await waitFor(() => expect(activeRow()).toContain('web-1'))
    press('a')
    const dialog = within(await screen.findByRole('dialog', { name: 'Approve exactly this?' }))
    expect(dialog.getByText('web-1 to web-target')).toBeDefined()
    expect(stage.sent).toEqual([])
  })

  test.each([
    ['r', 'Reject this?'],
    ['e', 'Who should decide it?'],
    ['c', 'Comment'],
  ])('%s opens: %s', async (key, title) => {
    await shown(<InboxPage />, engine([numbered(1)]), '/inbox')
    await screen.findByText('web-1 to web-target')
    press('j')
    await waitFor(() => expect(activeRow()).toContain('web-1'))
    press(key)
    expect(await screen.findByRole('dialog', { name: title })).toBeDefined()
  })

  test('what is typed into a field is text, and no key', async () => {
    await shown(<InboxPage />, engine([numbered(1)]), '/inbox')
    await screen.findByText('web-1 to web-target')
    const search = screen.getByRole('textbox', { name: 'Search' })
    for (const key of ['j', 'a', 'r']) press(key, search)
    expect(activeRow()).toBe(null)
    expect(screen.queryByRole('dialog')).toBe(null)
  })

  test('"/" jumps to the search', async () => {
    await shown(<InboxPage />, engine([numbered(1)]), '/inbox')
    await screen.findByText('web-1 to web-target')
    press('/')
    expect(document.activeElement).toBe(screen.getByRole('textbox', { name: 'Search' }))
  })

  test('a ticket that is decided elsewhere leaves the next one selected', async () => {
    const stage = await shown(<InboxPage />, engine([numbered(1), numbered(2)]), '/inbox')
    await screen.findByText('web-1 to web-target')
    press('j')
    await waitFor(() => expect(activeRow()).toContain('web-1'))
    await stage.change({ 'inbox.list': () => ({ tickets: [numbered(2)], stats }) })
    await waitFor(() => expect(activeRow()).toContain('web-2'))
  })

  test('asks for what the address says, and for the next page after the last ticket', async () => {
    const queries: z.infer<typeof asked>[] = []
    const first = Array.from({ length: 50 }, (_, index) => numbered(index + 1))
    await shown(
      <InboxPage />,
      engine([], {
        'inbox.list': (input) => {
          const query = asked.parse(input)
          queries.push(query)
          return { tickets: query.after === undefined ? first : [numbered(51)], stats }
        },
      }),
      '/inbox?text=prices&risk=high&status=nonsense',
    )
    await screen.findByText('web-1 to web-target')
    expect(queries[0]).toEqual({ text: 'prices', risk: 'high' })
    const table = screen.getByRole('table', { name: 'Tickets' })
    Object.defineProperty(table, 'scrollTop', { configurable: true, value: 50 * 44 })
    fireEvent.scroll(table)
    await waitFor(() => expect(queries.at(-1)?.after).toBe(numbered(50).id))
    expect(await screen.findByText('web-51 to web-target')).toBeDefined()
  })

  test.each([
    ['/inbox', 'Nothing waits for you'],
    ['/inbox?view=pending', 'Nothing is pending'],
    ['/inbox?risk=high', 'No ticket fits these filters'],
  ])('%s says what to do where there is nothing', async (address, title) => {
    await shown(<InboxPage />, engine([]), address)
    expect(await screen.findByRole('heading', { name: title })).toBeDefined()
  })

  test('speaks 简体中文', async () => {
    await shown(<InboxPage />, engine([numbered(1)]), '/inbox', 'zh-CN')
    expect(await screen.findByText('web-1 发布到 web-target')).toBeDefined()
    expect(screen.getByText('1 个逾期')).toBeDefined()
  })
})
