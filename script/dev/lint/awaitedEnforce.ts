import type { Rule } from 'eslint'
import type { MemberExpression } from 'estree'

const deciding = new Set([
  'enforce',
  'enforceEx',
  'enforceWithMatcher',
  'enforceExWithMatcher',
  'batchEnforce',
])
const synchronous = new Set(['enforceSync', 'enforceExSync', 'enforceWithSyncCompile'])

/**
 * ESLint rule: Casbin's decisions are awaited where they are asked for. They are promises, and a promise is truthy, so
 * that `if (enforcer.enforce(…))` lets everybody in. The synchronous ones are refused: they give a promise as well, or
 * throw, once a function of the matcher is asynchronous.
 */
export const awaitedEnforce: Rule.RuleModule = {
  meta: {
    type: 'problem',
    docs: { description: 'await a decision where it is asked for' },
    messages: {
      awaited: 'Await {{name}} right here: what it gives is a promise, and every promise is true.',
      synchronous: '{{name}} fails with an asynchronous matcher: await enforce instead.',
    },
    schema: [],
  },
  create(context) {
    function check(node: Rule.Node, name: string, awaited: boolean): void {
      if (synchronous.has(name)) context.report({ node, messageId: 'synchronous', data: { name } })
      else if (deciding.has(name) && !awaited) context.report({ node, messageId: 'awaited', data: { name } })
    }
    return {
      MemberExpression: (node) => check(node, propertyOf(node), isAwaitedCall(node)),
      'ObjectPattern > Property': (node: Rule.Node) => {
        if (node.type === 'Property' && node.key.type === 'Identifier') check(node, node.key.name, false)
      },
    }
  },
}

function propertyOf({ property, computed }: MemberExpression): string {
  if (property.type === 'Identifier' && !computed) return property.name
  return property.type === 'Literal' && typeof property.value === 'string' ? property.value : ''
}

/** `await x.enforce(…)`, also as `await x?.enforce(…)`; anything in between could lose the promise. */
function isAwaitedCall(node: Rule.Node): boolean {
  const call = node.parent
  if (call?.type !== 'CallExpression' || call.callee !== node) return false
  const outer = call.parent.type === 'ChainExpression' ? call.parent.parent : call.parent
  return outer.type === 'AwaitExpression'
}
