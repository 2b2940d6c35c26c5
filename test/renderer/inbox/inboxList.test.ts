import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inboxContract } from '../../../src-preload/contract/inbox.ts'
import { filterNames, inboxQuery, isNarrowed, viewOf } from '../../../src-renderer/views/inbox/filters.ts'
import type { InboxFilters } from '../../../src-renderer/views/inbox/filters.ts'
import { selectionKept } from '../../../src-renderer/views/inbox/selection.ts'

const none: InboxFilters = {
  view: '',
  text: '',
  status: '',
  scope: '',
  project: '',
  runtime: '',
  risk: '',
  priority: '',
  assignee: '',
  requester: '',
  due: '',
}
const set = (query: object) =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined))

describe('the query of the inbox', () => {
  test('asks for one’s own tickets, a page of them, unless something is chosen', () => {
    expect(set(inboxQuery(none))).toEqual({ view: 'mine', limit: 50 })
    expect(isNarrowed(none)).toBe(false)
  })

  test('carries every filter that is set', () => {
    const chosen: InboxFilters = {
      view: 'all',
      text: '  prices ',
      status: 'pending',
      scope: 'review',
      project: 'shop',
      runtime: 'compose',
      risk: 'high',
      priority: 'p1',
      assignee: 'bob',
      requester: 'Ali',
      due: '1_hour',
    }
    expect(set(inboxQuery(chosen))).toEqual({ ...chosen, text: 'prices', limit: 50 })
    expect(isNarrowed(chosen)).toBe(true)
  })

  test('an address that was typed by hand narrows by what it says rightly, and is never refused', () => {
    expect(set(inboxQuery({ ...none, status: 'lost', risk: 'high', project: 'No Such' }))).toEqual({
      view: 'mine',
      limit: 50,
      risk: 'high',
    })
    expect(viewOf({ view: 'everything' })).toBe('mine')
    const schema = inboxContract.list['~orpc'].inputSchema
    const anything = fc.record(Object.fromEntries(filterNames.map((name) => [name, fc.string()])))
    fc.assert(
      fc.property(anything, (typed) => {
        expect(schema?.safeParse(inboxQuery({ ...none, ...typed })).success).toBe(true)
      }),
    )
  })
})

describe('the selected ticket, when the list changes under it', () => {
  const before = ['a', 'b', 'c', 'd']

  test.each([
    ['it stays, wherever it moved to', ['new', 'c', 'b'], 'b', 'b'],
    ['it was decided: the next one is selected', ['a', 'c', 'd'], 'b', 'c'],
    ['several were decided: the next one that is left', ['a', 'd'], 'b', 'd'],
    ['it was the last one: the one before', ['a', 'b', 'c'], 'd', 'c'],
    ['nothing is left', [], 'b', null],
    ['nothing was selected', ['a'], null, null],
  ])('%s', (_case, now, active, kept) => {
    expect(selectionKept(before, now, active)).toBe(kept)
  })
})
