import { readFileSync, readdirSync } from 'node:fs'
import path from 'node:path'
import i18next from 'i18next'
import { describe, expect, it } from 'vitest'
import { en } from '../../src-preload/contract/texts/en.ts'
import { zhCN } from '../../src-preload/contract/texts/zh-CN.ts'

const folder = path.resolve(import.meta.dirname, '../../src-preload/contract/texts')
const english: Readonly<Record<string, string>> = en
const chinese: Readonly<Record<string, string>> = zhCN

/** What has no other name in Chinese. */
const names = /Pilothouse|pilothouse\.yaml|Kubernetes|Docker Compose|Docker Engine|Compose|Webhook/g

/** Chinese has one form for any number; examples are typed the same in every language. */
const isSaidInChinese = (key: string) => !key.endsWith('_one') && !key.startsWith('example.')

function keysOf(language: 'en' | 'zh-CN', file: string): string[] {
  const code = readFileSync(path.join(folder, language, file), 'utf8')
  return [...code.matchAll(/^ {2}'([\w.-]+)':/gm)].flatMap(([, key]) => key ?? [])
}

function filesOf(language: 'en' | 'zh-CN'): string[] {
  return readdirSync(path.join(folder, language), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .sort()
}

const commands = new Set(
  Object.keys(english).flatMap((key) =>
    key.startsWith('command.') ? [key.slice('command.'.length).replaceAll('.', ' ')] : [],
  ),
)

/** The commands that a text names: as many words after `pilothouse` as make one. */
function commandsIn(text: string): string[] {
  const [, ...after] = text.split(/\bpilothouse (?=[a-z])/)
  return after.map((rest) => {
    const words = rest.split(/[^a-z-]+/, 3)
    while (words.length > 0 && !commands.has(words.join(' '))) words.pop()
    return `pilothouse ${words.join(' ')}`
  })
}

/** What has to be in a text of either language, in any order: placeholders, and what is typed as it stands. */
function kept(text: string): string[] {
  const typed = text.matchAll(/\{\{\s*\w+\s*\}\}|<\w+>|--[a-z]+(?:-[a-z]+)*|\b[A-Z]+(?:_[A-Z]+)+\b/g)
  return [...new Set([...[...typed].map(([name]) => name), ...commandsIn(text)])].sort()
}

describe('the Chinese texts', () => {
  it('say everything that the English ones say, and nothing else', () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).filter(isSaidInChinese).sort())
  })

  it('stand file by file beside the English ones, each text once', () => {
    expect(filesOf('zh-CN')).toEqual(filesOf('en'))
    const apart = filesOf('en').filter(
      (file) =>
        keysOf('zh-CN', file).sort().join() !== keysOf('en', file).filter(isSaidInChinese).sort().join(),
    )
    expect(apart).toEqual([])
    expect(filesOf('zh-CN').flatMap((file) => keysOf('zh-CN', file))).toHaveLength(
      Object.keys(chinese).length,
    )
  })

  it('fill the same placeholders, and name the same commands, flags and variables', () => {
    const differing = Object.entries(chinese).flatMap(([key, text]) => {
      const [theirs, ours] = [kept(english[key] ?? ''), kept(text)]
      return theirs.join() === ours.join() ? [] : [{ key, en: theirs, zh: ours }]
    })
    expect(differing).toEqual([])
  })

  it('leave nothing in English but names that are the same in Chinese', () => {
    const untranslated = Object.entries(chinese).filter(([, text]) => {
      const said = text.replace(/\{\{\s*\w+\s*\}\}/g, '').replace(names, '')
      return /\p{Letter}/u.test(said) && !/\p{Script=Han}/u.test(said)
    })
    expect(untranslated).toEqual([])
  })

  it('are set as Chinese is: wide punctuation beside Chinese, a space between it and Latin', () => {
    const narrow = /\p{Script=Han}[,;:!?()]|[,;:!?()]\p{Script=Han}|\p{Script=Han}\.(?:\s|$)/u
    const crowded = /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u
    const blemished = Object.entries(chinese).filter(([, text]) => narrow.test(text) || crowded.test(text))
    expect(blemished).toEqual([])
  })
})

describe('a reader with the language set to 简体中文', () => {
  const texts = i18next.createInstance()
  void texts.init({
    lng: 'zh-CN',
    fallbackLng: 'en',
    resources: { en: { translation: en }, 'zh-CN': { translation: zhCN } },
    initAsync: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { escapeValue: false },
  })

  it.each([1, 3])('reads a count of %d in Chinese', (count) => {
    expect(texts.t('diff.secrets', { count, name: 'web' })).toBe(`web：${count} 个机密值变更`)
  })

  it('reads examples as they are typed', () => {
    expect(texts.t('example.release.status')).toBe('pilothouse release status shop-7')
  })
})
