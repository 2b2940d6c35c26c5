import tsParser from 'typescript-eslint'
import { RuleTester } from 'eslint'
import { describe, test } from 'vitest'
import { awaitedEnforce } from '../../script/dev/lint/awaitedEnforce.ts'

RuleTester.describe = describe
RuleTester.it = test
RuleTester.itOnly = test

const tester = new RuleTester({ languageOptions: { parser: tsParser.parser } })

const refused = (
  messageId: 'awaited' | 'synchronous',
  name: string,
): { messageId: string; data: { name: string } }[] => [{ messageId, data: { name } }]

tester.run('a decision is awaited where it is asked for', awaitedEnforce, {
  valid: [
    'async function may() { return await enforcer.enforce("shop") }',
    'async function may() { if (await enforcer.enforce("shop")) open() }',
    'async function may() { const [held, line] = await enforcer.enforceEx("shop") }',
    'async function may() { return (await enforcer?.enforce("shop")) ?? false }',
    'async function may() { return !(await enforcer.batchEnforce([["shop"]])).includes(false) }',
    'const plugin = { enforce: "pre" }',
    'enforcer.enableEnforce(true)',
    'enforce()',
  ],
  invalid: [
    { code: 'if (enforcer.enforce("shop")) open()', errors: refused('awaited', 'enforce') },
    { code: 'const held = enforcer.enforce("shop")', errors: refused('awaited', 'enforce') },
    { code: 'const may = () => enforcer.enforce("shop")', errors: refused('awaited', 'enforce') },
    {
      code: 'async function may() { return enforcer.enforce("shop") }',
      errors: refused('awaited', 'enforce'),
    },
    {
      code: 'async function may() { return await check(enforcer.enforce("shop")) }',
      errors: refused('awaited', 'enforce'),
    },
    {
      code: 'async function may() { await enforcer.enforce("shop").then(open) }',
      errors: refused('awaited', 'enforce'),
    },
    { code: 'void enforcer?.enforceEx("shop")', errors: refused('awaited', 'enforceEx') },
    { code: 'enforcer["enforce"]("shop")', errors: refused('awaited', 'enforce') },
    { code: 'const decide = enforcer.enforce', errors: refused('awaited', 'enforce') },
    { code: 'const { enforce } = enforcer', errors: refused('awaited', 'enforce') },
    { code: 'enforcer.batchEnforce([["shop"]])', errors: refused('awaited', 'batchEnforce') },
    {
      code: 'async function may() { return await enforcer.enforceSync("shop") }',
      errors: refused('synchronous', 'enforceSync'),
    },
    { code: 'if (enforcer.enforceExSync("shop")) open()', errors: refused('synchronous', 'enforceExSync') },
  ],
})
