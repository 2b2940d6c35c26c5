import tsParser from 'typescript-eslint'
import { RuleTester } from 'eslint'
import { describe, test } from 'vitest'
import { exportedDocstring } from '../../script/dev/lint/exportedDocstring.ts'

RuleTester.describe = describe
RuleTester.it = test
RuleTester.itOnly = test

const tester = new RuleTester({ languageOptions: { parser: tsParser.parser } })

const missing = (name: string): { messageId: string; data: { name: string } }[] => [
  { messageId: 'missing', data: { name } },
]

tester.run('exported functions are documented', exportedDocstring, {
  valid: [
    '/** Waits, in milliseconds. */\nexport function wait(ms: number): void {}',
    '/**\n * Waits.\n */\nexport const wait = (): void => {}',
    '/** `ms`: how long. */\nexport function wait(ms: number): void {}',
    '/** Waits. */\nexport default function wait(): void {}',
    'function inner(): void {}',
    'export const limit = 3',
    'export type Wait = () => void',
    'export class Lease {}',
  ],
  invalid: [
    { code: 'export function wait(): void {}', errors: missing('wait') },
    { code: '// Waits.\nexport function wait(): void {}', errors: missing('wait') },
    { code: '/* Waits. */\nexport function wait(): void {}', errors: missing('wait') },
    { code: '/** */\nexport function wait(): void {}', errors: missing('wait') },
    { code: 'export const wait = async (): Promise<void> => {}', errors: missing('wait') },
    { code: 'export const wait = function (): void {}', errors: missing('wait') },
    { code: 'export default function wait(): void {}', errors: missing('default') },
    { code: 'export default () => 1', errors: missing('default') },
  ],
})
