import fc from 'fast-check'
import { expect, it } from 'vitest'
import { next } from '../../src-main/lifecycle/transitions.ts'
import { lifecycleEvents, lifecycleStates } from '../../src-preload/contract/vocabulary.ts'
import type { LifecycleState } from '../../src-preload/contract/vocabulary.ts'

it('offers a release exactly the moves of the design', () => {
  const moves = lifecycleStates.flatMap((state) =>
    lifecycleEvents.flatMap((event) => {
      const to = next(state, event)
      return to === null ? [] : [`${state} ${event} ${to}`]
    }),
  )
  expect(moves).toEqual([
    'draft plan preview',
    'draft withdraw cancelled',
    'draft revoke cancelled',
    'draft expire cancelled',
    'preview plan preview',
    'preview request_with_policy pending_approval',
    'preview request_without_policy approved',
    'preview withdraw cancelled',
    'preview revoke cancelled',
    'preview expire cancelled',
    'pending_approval plan preview',
    'pending_approval drift_found preview',
    'pending_approval quorum_filled approved',
    'pending_approval glass_broken approved',
    'pending_approval reject rejected',
    'pending_approval withdraw cancelled',
    'pending_approval revoke cancelled',
    'pending_approval expire cancelled',
    'approved plan preview',
    'approved drift_found preview',
    'approved glass_broken approved',
    'approved withdraw cancelled',
    'approved revoke cancelled',
    'approved expire cancelled',
    'approved lease_taken applying',
    'applying lease_recovered applying',
    'applying verified applied',
    'applying step_failed failed',
    'applied rolled_back rollback',
    'failed lease_taken applying',
    'failed rolled_back rollback',
  ])
})

it('never runs a release that was not approved, whatever happens before', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lifecycleEvents), { maxLength: 40 }), (events) => {
      let state: LifecycleState = 'draft'
      let approved = false
      for (const event of events) {
        const to = next(state, event)
        if (to === null) continue
        if (to === 'approved') approved = true
        if (to === 'preview') approved = false
        if (to === 'applying') expect(approved).toBe(true)
        state = to
      }
    }),
  )
})
