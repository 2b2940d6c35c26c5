/**
 * @vitest-environment jsdom
 */
import { act, cleanup, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Progress } from '../../../src-preload/contract/releases.ts'
import { forgetDrafts, useDraft } from '../../../src-renderer/state/drafts.ts'
import {
  carryOut,
  freshRun,
  keptLines,
  mergedSteps,
  told,
  useRuns,
} from '../../../src-renderer/state/runs.ts'
import { speakThrough } from '../../../src-renderer/transport/client.ts'
import { failing } from '../../../src-renderer/transport/failure.ts'
import { aStep } from '../builders.ts'
import { aRelease } from '../inbox/tickets.ts'

const form = z.object({ reason: z.string() })
const empty = { reason: '' }

beforeEach(() => {
  forgetDrafts()
  useRuns.setState({ runs: {} })
})
afterEach(cleanup)

describe('a draft', () => {
  it('is there again after its page was left, until it is done', () => {
    const first = renderHook(() => useDraft('release:new', form, empty))
    act(() => first.result.current.set({ reason: 'prices' }))
    first.unmount()
    const again = renderHook(() => useDraft('release:new', form, empty))
    expect(again.result.current.value).toEqual({ reason: 'prices' })
    act(() => again.result.current.clear())
    expect(again.result.current.value).toBe(empty)
  })

  it('of another thing, or of another shape, is none', () => {
    const typed = renderHook(() => useDraft('ticket:1', z.string(), ''))
    act(() => typed.result.current.set('hello'))
    expect(renderHook(() => useDraft('ticket:2', z.string(), '')).result.current.value).toBe('')
    expect(renderHook(() => useDraft('ticket:1', form, empty)).result.current.value).toBe(empty)
  })

  it('of a secret is written down nowhere', () => {
    const secret = renderHook(() => useDraft('release:new', form, empty, { secret: true }))
    act(() => secret.result.current.set({ reason: 'hunter22' }))
    expect(secret.result.current.value.reason).toBe('hunter22')
    expect(JSON.stringify({ ...sessionStorage, ...localStorage })).not.toContain('hunter22')
  })
})

describe('a run', () => {
  const release = aRelease({ label: 'web-7', lifecycle_state: 'applying' })
  const back = aRelease({ id: '0198c0de-0000-7000-8000-0000000000ff', label: 'web-8', kind: 'rollback' })

  function streaming(progress: readonly Progress[], end?: Error): void {
    speakThrough({
      call: async () =>
        (async function* () {
          yield* progress
          if (end !== undefined) throw end
        })(),
    })
  }

  it('keeps what it was told, each step as it last stood', () => {
    const begun = told(freshRun, { kind: 'step', step: aStep() })
    const done = told(begun, { kind: 'step', step: aStep({ status: 'succeeded' }) })
    expect(done.steps.map(({ status }) => status)).toEqual(['succeeded'])
  })

  it('drops its oldest lines when there are too many', () => {
    const line = { kind: 'log', step: 'up', host: 'h', line: 'x' } as const
    const full = { ...freshRun, lines: Array.from({ length: keptLines }, () => ({ ...line, line: 'old' })) }
    const next = told(full, line)
    expect([next.lines.length, next.lines.at(-1)?.line]).toEqual([keptLines, 'x'])
  })

  it('that goes back by itself tells the rest to the release that goes back', async () => {
    streaming([
      { kind: 'state', release },
      { kind: 'step', step: aStep({ key: 'up', status: 'failed' }) },
      { kind: 'state', release: back },
      { kind: 'step', step: aStep({ key: 'restore' }) },
    ])
    await carryOut(release.id)
    const { runs } = useRuns.getState()
    expect(runs[release.id]?.steps.map(({ key }) => key)).toEqual(['up'])
    expect(runs[back.id]?.steps.map(({ key }) => key)).toEqual(['restore'])
    expect([runs[release.id]?.going, runs[back.id]?.going]).toEqual([false, false])
  })

  it('keeps why it could not begin', async () => {
    const refused = failing('target_frozen', { reason: 'holidays' })
    streaming([], refused)
    await carryOut(release.id)
    expect(useRuns.getState().runs[release.id]).toMatchObject({ going: false, error: refused })
  })

  it('shows recorded steps, and what was told since; what ended stays ended', () => {
    const recorded = [aStep({ status: 'succeeded' }), aStep({ index: 1 })]
    const live = [aStep(), aStep({ index: 1, status: 'failed' }), aStep({ index: 2 })]
    expect(mergedSteps(recorded, live).map(({ index, status }) => [index, status])).toEqual([
      [0, 'succeeded'],
      [1, 'failed'],
      [2, 'intended'],
    ])
  })
})
