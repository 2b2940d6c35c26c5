/**
 * @vitest-environment jsdom
 */
import { ORPCError } from '@orpc/client'
import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../../src-preload/contract/errors.ts'
import { failureWords, hintKey, nextWords } from '../../../src-renderer/components/failureWords.ts'
import { commandIdFor, isUnanswered } from '../../../src-renderer/transport/command.ts'
import { mutates } from '../../../src-renderer/transport/client.ts'
import { failing, failureOf } from '../../../src-renderer/transport/failure.ts'
import { isText, sayIn } from '../../../src-renderer/words/words.ts'

const english = sayIn('en')

describe('a failure', () => {
  it('keeps its code, data, hint and causes', () => {
    const error = new ORPCError('target_locked', {
      data: { data: { holder: 'web-3' }, hint: null, causes: ['lease held'] },
    })
    expect(failureOf(error)).toEqual({
      code: 'target_locked',
      hint: null,
      data: { holder: 'web-3' },
      causes: ['lease held'],
    })
  })

  it('of refused input names each place', () => {
    const error = new ORPCError('BAD_REQUEST', {
      data: { issues: [{ message: 'too long', path: ['variables', 'TAG'] }, { message: 'unknown' }] },
    })
    expect(failureOf(error)).toMatchObject({
      code: 'validation_error',
      data: {
        problems: [
          { path: 'variables.TAG', problem: 'too long' },
          { path: 'input', problem: 'unknown' },
        ],
      },
    })
  })

  it('that nobody expected is a defect, with what it says', () => {
    expect(failureOf(new TypeError('x is undefined'))).toMatchObject({
      code: 'internal_error',
      data: { problem: 'x is undefined' },
    })
    expect(
      failureOf(new ORPCError('INTERNAL_SERVER_ERROR', { message: 'Internal server error' })),
    ).toMatchObject({
      code: 'internal_error',
    })
  })
})

describe('the words of a failure', () => {
  it('say what happened, what to do here, and whatever of its data the sentences leave out', () => {
    const words = failureWords(
      failing('permission_denied', { permission: 'release:apply', grantors: ['Alice'], project: 'shop' }),
      english,
    )
    expect(words.text).toBe('You lack the permission release:apply.')
    expect(words.hint).toContain('Alice')
    expect(words.details).toEqual(['project: shop'])
  })

  it('name no command of the command line where the window has a way of its own', () => {
    expect(hintKey({ code: 'preview_expired', hint: null })).toBe('window.hint.preview_expired')
    expect(hintKey({ code: 'release_state_invalid', hint: 'not_due' })).toBe(
      'window.hint.release_state_invalid.not_due',
    )
    expect(hintKey({ code: 'conflict', hint: 'role_overpowered' })).toBe('hint.conflict.role_overpowered')
    expect(hintKey({ code: 'compose_missing', hint: 'never_heard_of' })).toBe('hint.compose_missing')
  })

  it('have words for every code, in both languages, without leaving a placeholder of the hint’s own data open', () => {
    for (const code of errorCodes) {
      const key = hintKey({ code, hint: null })
      expect(isText(key)).toBe(true)
      expect(sayIn('zh-CN')(key)).not.toBe('')
    }
  })

  it('of a finding are the window’s own too, where it hands on the hint of a code', () => {
    expect(nextWords({ text: 'hint.aborted' }, english)).toBe(english('window.hint.aborted'))
    expect(nextWords({ text: 'window.state.failed' }, english)).toBe('failed')
  })

  it('show control characters instead of obeying them', () => {
    const words = failureWords(failing('internal_error', { problem: 'a\u202eb\u0007' }), english)
    expect(words.text).toContain('a\\u{202e}b\\u{7}')
  })
})

describe('a command', () => {
  it('whose answer was lost is repeated under its id, and any other under a new one', () => {
    const before = { about: 'withdraw web-1', id: commandIdFor('withdraw web-1', null) }
    expect(commandIdFor('withdraw web-1', before)).toBe(before.id)
    expect(commandIdFor('withdraw web-2', before)).not.toBe(before.id)
    expect(isUnanswered(failing('offline', {}, 'unanswered'))).toBe(true)
    expect(isUnanswered(failing('offline'))).toBe(false)
  })

  it('is told from a read by the contract; what it does not know is taken for one', () => {
    expect(mutates(['releases', 'start'])).toBe(true)
    expect(mutates(['releases', 'list'])).toBe(false)
    expect(mutates(['releases', 'invented'])).toBe(true)
  })
})
