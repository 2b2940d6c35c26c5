import { describe, expect, it } from 'vitest'
import { exitCodeFor, exitCodes } from '../../src-main/entry/exitCodes.ts'
import { errorCodes } from '../../src-preload/contract/errors.ts'

describe('exit codes', () => {
  it('mean something for every error, and never success', () => {
    const codes = errorCodes.map((code) => exitCodeFor(code))
    expect(codes).not.toContain(exitCodes.ok)
    expect([...new Set(codes)].sort()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  it('are what scripts rely on', () => {
    const expected = {
      internal_error: 1,
      validation_error: 2,
      comment_required: 2,
      self_approval_denied: 3,
      permission_denied: 3,
      release_not_found: 4,
      ticket_not_found: 4,
      preview_required: 5,
      preview_expired: 5,
      preview_mismatch: 5,
      decision_stale: 5,
      drift_detected: 5,
      target_locked: 5,
      verify_failed: 6,
      apply_failed: 6,
      ssh_unreachable: 7,
      docker_missing: 7,
      ledger_unavailable: 7,
    } as const
    for (const code of errorCodes) {
      if (code in expected) {
        const wanted = new Map<string, number>(Object.entries(expected)).get(code)
        expect([code, exitCodeFor(code)]).toEqual([code, wanted])
      }
    }
  })
})
