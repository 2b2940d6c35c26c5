import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkChains } from '../../src-main/lifecycle/chain.ts'
import { exportedEvent } from '../../src-preload/contract/audit.ts'
import type { ExportedEvent } from '../../src-preload/contract/audit.ts'
import { textWith } from '../entry/matchers.ts'

const release = '0198c0de-0000-7000-8000-000000000001'
const other = '0198c0de-0000-7000-8000-000000000002'

/** A chain as the ledger writes one: bytes as PostgreSQL's jsonb prints them, the instant shown in another form. */
function aChain(resource: string, length: number): ExportedEvent[] {
  const chain: ExportedEvent[] = []
  let before = '0'.repeat(64)
  for (let seq = 1; seq <= length; seq += 1) {
    const fields = {
      id: `0198c0de-0000-7000-8000-0000000010${String(seq).padStart(2, '0')}`,
      actor: 'ada',
      action: 'release.previewed',
      detail: { note: 'ü "quoted"', count: seq },
      source: 'cli',
      severity: 'info',
      chain_seq: seq,
      actor_kind: 'human',
      project_id: null,
      resource_id: resource,
      actor_person: 'Ada Lovelace',
      resource_type: 'release',
      correlation_id: release,
    }
    const bytes = JSON.stringify({ ...fields, occurred_at: '2026-03-04T05:06:07.123456Z' }).replaceAll(
      '":',
      '": ',
    )
    const hash = createHash('sha256').update(Buffer.from(before, 'hex')).update(bytes).digest('hex')
    const event = { ...fields, occurred_at: '2026-03-04T06:06:07.123456+01:00', prev_hash: before, hash }
    chain.push(exportedEvent.parse({ event, bytes }))
    before = hash
  }
  return chain
}

function rehashed({ event, bytes }: ExportedEvent): ExportedEvent {
  const hash = createHash('sha256').update(Buffer.from(event.prev_hash, 'hex')).update(bytes).digest('hex')
  return { event: { ...event, hash }, bytes }
}

function changed(chain: readonly ExportedEvent[], at: number, change: (one: ExportedEvent) => ExportedEvent) {
  return chain.map((one, index) => (index === at ? change(one) : one))
}

describe('an export of the record', () => {
  it('is whole when nothing was changed, in whatever order its lines are', () => {
    const lines = [...aChain(release, 5), ...aChain(other, 3)]
    const whole = { chains: 2, events: 8, broken: [] }
    expect(checkChains(lines)).toEqual(whole)
    fc.assert(
      fc.property(fc.shuffledSubarray(lines, { minLength: lines.length }), (shuffled) => {
        expect(checkChains(shuffled)).toEqual(whole)
      }),
    )
    expect(checkChains([])).toEqual({ chains: 0, events: 0, broken: [] })
  })

  const shown = (change: Partial<ExportedEvent['event']>) => (one: ExportedEvent) => ({
    ...one,
    event: { ...one.event, ...change },
  })

  it.each([
    [
      'changed bytes',
      (one: ExportedEvent) => ({ ...one, bytes: one.bytes.replace('ada', 'eve') }),
      'hash does not cover',
    ],
    ['a changed actor', shown({ actor: 'eve' }), 'something else'],
    ['a changed instant', shown({ occurred_at: '2026-03-04T05:06:08.123456Z' }), 'something else'],
    ['a changed detail', shown({ detail: { note: 'other', count: 3 } }), 'something else'],
    ['a changed hash', shown({ hash: 'f'.repeat(64) }), 'hash does not cover'],
    ['another predecessor', shown({ prev_hash: 'f'.repeat(64) }), 'does not follow'],
    [
      'bytes that are no event',
      (one: ExportedEvent) => rehashed({ ...one, bytes: 'nonsense' }),
      'something else',
    ],
  ])('is broken at an event with %s', (_what, change, problem) => {
    const { broken } = checkChains([...changed(aChain(release, 5), 2, change), ...aChain(other, 3)])
    expect(broken).toEqual([
      { resource_type: 'release', resource_id: release, seq: 3, problem: textWith(problem) },
    ])
  })

  it('is broken after a forged event whose own hash fits', () => {
    const forge = (one: ExportedEvent) => {
      const bytes = one.bytes.replace('"actor": "ada"', '"actor": "eve"')
      return rehashed({ event: { ...one.event, actor: 'eve' }, bytes })
    }
    expect(checkChains(changed(aChain(release, 5), 2, forge)).broken).toMatchObject([
      { seq: 4, problem: textWith('does not follow') },
    ])
  })

  it('is broken where events are missing or doubled', () => {
    const chain = aChain(release, 5)
    expect(checkChains(chain.slice(1)).broken).toMatchObject([
      { seq: 2, problem: '1 events before it are missing' },
    ])
    expect(checkChains(chain.filter((_, index) => index !== 2)).broken).toMatchObject([{ seq: 4 }])
    expect(checkChains([...chain, ...chain.slice(4)]).broken).toMatchObject([
      { seq: 5, problem: 'two events have this number' },
    ])
  })
})
