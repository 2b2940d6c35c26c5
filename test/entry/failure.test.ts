import { ORPCError } from '@orpc/client'
import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { explain, failureLines } from '../../src-main/entry/failure.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { textWith } from './matchers.ts'

describe('a failure', () => {
  it('of our own keeps code, data and causes, and is said in words', () => {
    const cause = new TypeError('timed out')
    const failure = explain(
      new PilothouseError('permission_denied', { permission: 'release:apply', grantors: ['ada'] }, { cause }),
    )
    expect(failure).toEqual({
      code: 'permission_denied',
      message: 'You lack the permission release:apply.',
      hint: 'These people can grant it: ada',
      data: { permission: 'release:apply', grantors: ['ada'] },
      causes: ['timed out'],
    })
  })

  it('from the other side of the border reads the same', () => {
    const data = { data: { file: 'x.yaml' }, hint: 'profile', causes: ['gone'] }
    expect(explain(new ORPCError('not_found', { data }))).toMatchObject({
      code: 'not_found',
      data: { file: 'x.yaml' },
      hint: textWith('pilothouse profile list'),
      causes: ['gone'],
    })
  })

  it('of input that the border refused names each place', () => {
    const issues = [{ message: 'too long', path: ['variables', 'TAG'] }]
    const failure = explain(
      new ORPCError('BAD_REQUEST', { message: 'Input validation failed', data: { issues } }),
    )
    expect(failureLines(failure)).toEqual([
      'error validation_error: Something given is not valid.',
      '  variables.TAG: too long',
      'hint: Correct what is listed; --help shows what a command takes.',
    ])
  })

  it('of a schema or of the command line is a validation_error', () => {
    const parsed = z.object({ limit: z.number() }).safeParse({ limit: 'x' })
    expect(explain(parsed.error).code).toBe('validation_error')
    const unknown = new CommanderError(
      1,
      'commander.unknownOption',
      "error: unknown option '--x'\n(Did you mean y?)",
    )
    expect(explain(unknown).data).toEqual({
      problems: [{ path: 'command line', problem: "unknown option '--x' (Did you mean y?)" }],
    })
  })

  it('that nobody expected is an internal_error that says what it was', () => {
    expect(explain(new RangeError('out of range'))).toMatchObject({
      code: 'internal_error',
      message: 'Something went wrong that should not: out of range',
    })
    expect(explain(new ORPCError('INTERNAL_SERVER_ERROR')).code).toBe('internal_error')
    expect(explain(new ORPCError('never_heard_of', { data: {} })).code).toBe('internal_error')
  })

  it('shows below its sentence what the sentence does not say', () => {
    const failure = explain(
      new PilothouseError('drift_detected', { objects: ['web'], found_by: 'ada', retries: 2, last: null }),
      { release: 'shop-7' },
    )
    expect(failureLines(failure)).toEqual([
      'error drift_detected: The target is no longer as planned; changed meanwhile: web.',
      '  found_by: ada',
      '  retries: 2',
      '  last: –',
      'hint: Plan again over what runs now: pilothouse release preview <service> --target <target> --release shop-7',
    ])
  })
})

it('a release is named in the hint as the person named it', () => {
  const id = '01a1fc44-daa2-74fb-bfb3-a43f3995ffb8'
  const { hint } = explain(new PilothouseError('preview_required', { release: id }), { release: 'web-1' })
  expect(hint).toContain('web-1')
  expect(hint).not.toContain(id)
})
