import { expect, test } from 'vitest'
import { errorOf, lastLine } from '../../../src-main/runtimes/compose/exits.ts'
import { exitCodes } from '../../../src-main/runtimes/compose/protocol.ts'

test.each([
  [exitCodes.fence_lower, 'held abc 12\n', 'lease_lost', { host: 'h', held_fence: '12' }],
  [exitCodes.other_ledger, 'held abc 12\n', 'target_locked', { host: 'h', holder: 'ledger abc' }],
  [exitCodes.busy, 'busy job-1\n', 'target_locked', { host: 'h', holder: 'job job-1' }],
  [exitCodes.tool_failed, 'warning\nno daemon\n', 'docker_missing', { host: 'h', reason: 'no daemon' }],
  [exitCodes.tool_missing, 'no Compose\n', 'preflight_failed', { host: 'h', reason: 'no Compose' }],
  [exitCodes.no_root, '', 'preflight_failed', { host: 'h', reason: 'exit 73' }],
  [
    exitCodes.content_mismatch,
    '',
    'apply_failed',
    { host: 'h', step: 'put', reason: 'the upload was damaged' },
  ],
  [exitCodes.usage, 'refused\n', 'internal_error', { host: 'h', what: 'put', problem: 'exit 64: refused' }],
  [null, '', 'internal_error', { host: 'h', what: 'put', problem: 'exit by signal: ' }],
])('exit %s saying %j is %s', (code, stderr, expected, data) => {
  const error = errorOf({ host: 'h', verb: 'put', code, stderr })
  expect({ code: error.code, data: error.data }).toEqual({ code: expected, data })
})

test('the last line that says something is the reason', () => {
  expect(lastLine('one\n two \n\n')).toBe('two')
  expect(lastLine('')).toBe('')
})
