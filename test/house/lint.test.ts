import path from 'node:path'
import { ESLint } from 'eslint'
import { expect, test } from 'vitest'
import { plantTree } from './plantedTree.ts'

const exemption = 'eslint-disable-next-line @typescript-eslint/no-explicit-any'
const longFunction = `/** Long. */\nexport function long(): void {\n${'  void 0\n'.repeat(61)}}\n`

/** file → its text and the rules that it breaks, each once and in order */
const planted: Record<string, [text: string, ...rules: string[]]> = {
  'src-main/engine/clean.ts': ['/** One. */\nexport function one(): number {\n  return 1\n}\n'],
  'src-main/engine/any.ts': ['export const a: any = 1\n', '@typescript-eslint/no-explicit-any'],
  'src-main/engine/unsafe.ts': [
    "export const a: { b: number } = JSON.parse('{}')\n",
    '@typescript-eslint/no-unsafe-assignment',
  ],
  'src-main/engine/assertion.ts': [
    "export const a = 'x' as unknown\nexport const b = [1] as const\n",
    '@typescript-eslint/consistent-type-assertions',
  ],
  'src-main/engine/nonNull.ts': ['export const a = [1].at(0)!\n', '@typescript-eslint/no-non-null-assertion'],
  'src-main/engine/floating.ts': [
    'Promise.resolve(1)\nexport {}\n',
    '@typescript-eslint/no-floating-promises',
  ],
  'src-main/engine/misused.ts': [
    'export const a = Promise.resolve(true) ? 1 : 2\n',
    '@typescript-eslint/no-misused-promises',
  ],
  'src-main/engine/switch.ts': [
    "declare const a: 'x' | 'y'\nswitch (a) {\n  case 'x':\n    break\n}\nexport {}\n",
    '@typescript-eslint/switch-exhaustiveness-check',
  ],
  'src-main/engine/emptyCatch.ts': [
    'try {\n  void 0\n} catch {\n  // nothing\n}\nexport {}\n',
    'no-restricted-syntax',
  ],
  'src-main/engine/emptyCatchCall.ts': ['await Promise.resolve(1).catch(() => {})\n', 'no-restricted-syntax'],
  'src-main/engine/enum.ts': ['export enum A {\n  B,\n}\n', 'no-restricted-syntax'],
  'src-main/engine/exempt.ts': [
    `// ${exemption}\nexport const a: any = 1\n`,
    '(directive)',
    '@typescript-eslint/no-explicit-any',
  ],
  'src-main/engine/undocumented.ts': [
    'export const one = (): number => 1\n',
    'pilothouse/exported-docstring',
  ],
  'src-main/access/decision.ts': [
    'declare const all: { enforce(): Promise<boolean> }\nexport const held = all.enforce()\n',
    'pilothouse/awaited-enforce',
  ],
  'src-main/engine/longFunction.ts': [longFunction, 'max-lines-per-function'],
  'src-main/engine/longFile.ts': ['export const a = 1\n' + '\n'.repeat(400), 'max-lines'],
  'src-main/engine/bareError.ts': ["export const a = new Error('x')\n"],
  'src-main/lifecycle/bareError.ts': ["export const a = new Error('x')\n", 'no-restricted-syntax'],
  'src-main/api/bareError.ts': ["throw Error('x')\n", 'no-restricted-syntax'],
  'src-main/ports/code.ts': ['export const a = 1\n', 'no-restricted-syntax'],
  'src-main/ports/types.ts': ['export type A = number\nexport interface B {\n  a: A\n}\n'],
  'src-main/utils/a.ts': ['export const a = 1\n', 'pilothouse/plain-names'],
  'test/engine/skipped.test.ts': [
    "import { test } from 'vitest'\ntest.skip('x', () => undefined)\n",
    'no-restricted-syntax',
  ],
}

test('each planted violation is caught by its rule, and clean files pass', async () => {
  const files = Object.fromEntries(Object.entries(planted).map(([file, [text]]) => [file, text]))
  await using tree = await plantTree(files)
  const results = await new ESLint({ cwd: tree.root }).lintFiles(Object.keys(files))
  const found = Object.fromEntries(
    results.map(({ filePath, messages }) => [
      path.relative(tree.root, filePath),
      messages.map(({ ruleId }) => ruleId ?? '(directive)'),
    ]),
  )
  const expected = Object.fromEntries(Object.entries(planted).map(([file, [, ...rules]]) => [file, rules]))
  expect(found).toEqual(expected)
})
