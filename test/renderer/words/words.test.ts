/**
 * @vitest-environment jsdom
 */
import { describe, expect, it } from 'vitest'
import { languageFor } from '../../../src-renderer/state/preferences.ts'
import { clockText, remainingText, utcText } from '../../../src-renderer/words/instants.ts'
import { visible } from '../../../src-renderer/words/visible.ts'
import { sayIn } from '../../../src-renderer/words/words.ts'

describe('words', () => {
  it('are in the chosen language, with the numbers that they count', () => {
    expect(sayIn('en')('window.diff.more', { count: 1 })).toBe('Show 1 more object')
    expect(sayIn('en')('window.diff.more', { count: 3 })).toBe('Show 3 more objects')
    expect(sayIn('zh-CN')('window.diff.more', { count: 1 })).toBe('再显示 1 个对象')
    expect(sayIn('zh-CN')({ text: 'window.state.failed' })).toBe('失败')
  })

  it('write lists out and take nothing that is filled in for a text of their own', () => {
    expect(sayIn('en')('error.variable_missing', { variables: ['A', '$t(window.yes)', '{{x}}'] })).toBe(
      'The service needs variables that were not given: A, $t(window.yes), {{x}}.',
    )
  })

  it('of a newer colleague come back as they are', () => {
    expect(sayIn('en')({ text: 'check.invented:later.on' })).toBe('check.invented:later.on')
  })

  it('show what hides or turns text around', () => {
    expect(visible('ok\u202egnp\u202c\n\tline\u200b\u0000')).toBe(
      'ok\\u{202e}gnp\\u{202c}\n\tline\\u{200b}\\u{0}',
    )
  })

  it('begin in the language that the browser asks for first', () => {
    expect([languageFor(['zh-TW', 'en']), languageFor(['de', 'zh-CN']), languageFor([])]).toEqual([
      'zh-CN',
      'en',
      'en',
    ])
  })
})

describe('moments', () => {
  it('stand in UTC beside the local time', () => {
    expect(utcText('2026-03-01T12:00:00.123+02:00')).toBe('2026-03-01 10:00:00 UTC')
  })

  it('of another day carry their date', () => {
    const noon = new Date(2026, 2, 1, 12, 0, 5)
    const later = new Date(2026, 2, 2, 12).getTime()
    expect(clockText(noon.toISOString(), 'zh-CN', noon.getTime())).toBe('12:00:05')
    expect(clockText(noon.toISOString(), 'zh-CN', later)).toContain('2026')
  })

  it('count down to nothing and not below', () => {
    expect([remainingText(245_999), remainingText(3_723_000), remainingText(0), remainingText(-5)]).toEqual([
      '4:05',
      '1:02:03',
      '0:00',
      '0:00',
    ])
  })
})
