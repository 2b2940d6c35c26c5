/**
 * @vitest-environment jsdom
 */
import { describe, expect, it } from 'vitest'
import { eventWords } from '../../../src-renderer/components/eventWords.ts'
import { dayAsInstant } from '../../../src-renderer/components/filters.ts'
import { shortHash } from '../../../src-renderer/components/Hash.tsx'
import { laidOut } from '../../../src-renderer/components/laidOut.ts'
import { linesIn, matching } from '../../../src-renderer/components/logLines.ts'
import { addressOf, findNamed } from '../../../src-renderer/components/named.ts'
import { neighbour } from '../../../src-renderer/components/Rows.tsx'
import { partsOf } from '../../../src-renderer/frame/hashLocation.ts'
import { sayIn } from '../../../src-renderer/words/words.ts'
import { hash } from '../inbox/tickets.ts'

describe('moving through a list by keys', () => {
  it('begins at the first row and stays within the list', () => {
    const ids = ['a', 'b', 'c']
    expect([
      neighbour(ids, null, 1),
      neighbour(ids, 'a', 1),
      neighbour(ids, 'c', 1),
      neighbour(ids, 'a', -1),
      neighbour(ids, 'gone', 1),
      neighbour([], null, 1),
    ]).toEqual(['a', 'b', 'c', 'a', 'a', null])
  })
})

describe('a day that somebody chose', () => {
  it('is the whole day where they are', () => {
    expect(dayAsInstant('2026-03-01', 'begins')).toBe(new Date(2026, 2, 1).toISOString())
    expect(dayAsInstant('2026-03-31', 'ends')).toBe(new Date(2026, 3, 1).toISOString())
  })

  it('is none where it is empty or no day', () => {
    expect([
      dayAsInstant('', 'begins'),
      dayAsInstant('2026-3-1', 'ends'),
      dayAsInstant('soon', 'ends'),
    ]).toEqual([undefined, undefined, undefined])
  })
})

describe('an address', () => {
  it('has path and query behind its hash', () => {
    expect(partsOf('#/releases?state=failed&text=a?b')).toEqual({
      path: '/releases',
      query: 'state=failed&text=a?b',
    })
    expect(partsOf('')).toEqual({ path: '/', query: '' })
  })

  it('names a thing by its name where that is enough, and finds it by either', () => {
    const one = { id: '1', name: 'web' }
    const other = { id: '2', name: 'web' }
    const api = { id: '3', name: 'api' }
    const all = [one, other, api]
    expect([addressOf(all, one), addressOf(all, api)]).toEqual(['1', 'api'])
    expect(findNamed(all, 'api')).toEqual({ kind: 'one', found: api })
    expect(findNamed(all, '2')).toEqual({ kind: 'one', found: other })
    expect(findNamed(all, 'web')).toEqual({ kind: 'several', found: [one, other] })
    expect(findNamed(all, 'gone')).toEqual({ kind: 'none' })
  })
})

describe('a log', () => {
  const lines = linesIn([
    { host: 'a', text: 'Pulling\nDone\n' },
    { host: 'b', text: 'pulling again' },
  ])

  it('is a line each, with its host', () => {
    expect(lines).toEqual([
      { host: 'a', line: 'Pulling' },
      { host: 'a', line: 'Done' },
      { host: 'b', line: 'pulling again' },
    ])
  })

  it('is narrowed by host and by text in any case', () => {
    expect(matching(lines, '', 'PULL').map(({ host }) => host)).toEqual(['a', 'b'])
    expect(matching(lines, 'a', 'pull').map(({ line }) => line)).toEqual(['Pulling'])
    expect(matching(lines, '', '')).toBe(lines)
  })
})

describe('a document', () => {
  it('is laid out line by line without changing what it says', () => {
    expect(laidOut('{"b":1,"a":{"x":"y"}}')).toBe('{\n  "b": 1,\n  "a": {\n    "x": "y"\n  }\n}')
    expect(laidOut('services: [web]')).toBe('services: [web]')
  })
})

describe('an event', () => {
  it('says what happened and what its detail adds', () => {
    const say = sayIn('en')
    expect(eventWords({ action: 'approval.commented', detail: { comment: 'looks good' } }, say)).toBe(
      'commented on the ticket: looks good',
    )
    expect(eventWords({ action: 'release.applied', detail: {} }, say)).toBe('is applied and verified')
    expect(
      eventWords(
        { action: 'release.step_failed', detail: { message: { text: 'window.state.failed' } } },
        say,
      ),
    ).toBe('failed at a step: failed')
  })
})

describe('a hash', () => {
  it('is compared by its first twelve digits', () => {
    expect(shortHash(hash('a'))).toBe('aaaaaaaaaaaa')
  })
})
