/**
 * @vitest-environment jsdom
 */
import { QueryClient } from '@tanstack/react-query'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ChangeNotice } from '../../../src-preload/contract/events.ts'
import { client, orpc, speakThrough } from '../../../src-renderer/transport/client.ts'
import { failing } from '../../../src-renderer/transport/failure.ts'
import { followChanges, staleAfter } from '../../../src-renderer/transport/live.ts'

function notice(position: string, entity: string): ChangeNotice {
  return { position, entity, entity_id: 'x', project_id: null, release_id: null, ticket_id: null }
}

const lost = () => failing('offline')

/** An engine whose stream ends, by turns, as told; it is silent after the last turn. */
function streaming(turns: readonly { notices: readonly ChangeNotice[]; then: () => unknown }[]) {
  const asked: unknown[] = []
  speakThrough({
    call: async (_path, input) => {
      const turn = turns[asked.length]
      asked.push(input)
      if (turn === undefined) return new Promise(() => {})
      return (async function* () {
        yield* turn.notices
        throw turn.then()
      })()
    },
  })
  return asked
}

let stop = new AbortController()
beforeEach(() => {
  vi.useFakeTimers()
  stop = new AbortController()
})
afterEach(() => {
  stop.abort()
  vi.useRealTimers()
})

function follow(): QueryClient {
  const queries = new QueryClient()
  queries.setQueryData(orpc.releases.steps.queryKey({ input: { release: 'web-1' } }), [])
  queries.setQueryData(orpc.services.list.queryKey({ input: {} }), [])
  void followChanges({ client, queries, signal: stop.signal, pause: 2_000 })
  return queries
}

const isOld = (queries: QueryClient, key: readonly unknown[]) => queries.getQueryState(key)?.isInvalidated
const steps = orpc.releases.steps.queryKey({ input: { release: 'web-1' } })
const services = orpc.services.list.queryKey({ input: {} })

describe('following the ledger', () => {
  it('goes on after a lost connection from the last change it saw, at once', async () => {
    const asked = streaming([
      { notices: [notice('7:1', 'releases'), notice('7:2', 'targets')], then: lost },
      { notices: [], then: lost },
    ])
    follow()
    await vi.advanceTimersByTimeAsync(10)
    expect(asked).toEqual([{}, { after: '7:2' }, { after: '7:2' }])
  })

  it('makes what a change concerns old, and nothing else', async () => {
    streaming([{ notices: [notice('7:1', 'release_steps')], then: lost }])
    const queries = follow()
    await vi.advanceTimersByTimeAsync(10)
    queries.setQueryData(steps, [])
    queries.setQueryData(services, [])
    await vi.advanceTimersByTimeAsync(200)
    expect([isOld(queries, steps), isOld(queries, services)]).toEqual([true, false])
  })

  it('reads everything anew where it has seen no change to go on from', async () => {
    streaming([{ notices: [], then: lost }])
    const queries = follow()
    await vi.advanceTimersByTimeAsync(10)
    expect([isOld(queries, steps), isOld(queries, services)]).toEqual([true, true])
  })

  it('waits before it asks again after a refusal', async () => {
    const asked = streaming([{ notices: [], then: () => failing('ledger_unavailable') }])
    follow()
    await vi.advanceTimersByTimeAsync(1_900)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(200)
    expect(asked).toHaveLength(2)
  })
})

describe('what a change makes old', () => {
  it('is named once, however often it changed', () => {
    expect(staleAfter(['release_steps', 'release_steps', 'diagnostics'])).toEqual([
      ['releases', 'steps'],
      ['releases', 'diagnostics'],
    ])
  })

  it('is everything for an entity that this version does not know', () => {
    expect(staleAfter(['targets', 'invented_later'])).toBe('everything')
  })
})
