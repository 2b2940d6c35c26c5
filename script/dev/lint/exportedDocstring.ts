import type { Rule } from 'eslint'
import type { Declaration, Expression } from 'estree'

/** ESLint rule: an exported function carries a docstring (a JSDoc block with words in it). */
export const exportedDocstring: Rule.RuleModule = {
  meta: {
    type: 'suggestion',
    docs: { description: 'document exported functions: units, shapes, errors' },
    messages: {
      missing: 'Exported function {{name}} needs a docstring: what it gives, units, shapes, errors.',
    },
    schema: [],
  },
  create(context) {
    function check(node: Rule.Node, names: string[]): void {
      if (names.length === 0) return
      const documented = context.sourceCode
        .getCommentsBefore(node)
        .some((comment) => comment.type === 'Block' && /^\*[^]*\w/.test(comment.value))
      if (!documented) context.report({ node, messageId: 'missing', data: { name: names.join(', ') } })
    }
    return {
      ExportNamedDeclaration: (node) => check(node, functionNames(node.declaration)),
      ExportDefaultDeclaration: (node) => check(node, isFunction(node.declaration) ? ['default'] : []),
    }
  },
}

function functionNames(declaration: Declaration | null | undefined): string[] {
  if (declaration?.type === 'FunctionDeclaration') return [declaration.id.name]
  if (declaration?.type !== 'VariableDeclaration') return []
  return declaration.declarations.flatMap(({ id, init }) =>
    id.type === 'Identifier' && init && isFunction(init) ? [id.name] : [],
  )
}

function isFunction(node: {
  type: Expression['type'] | Declaration['type'] | 'FunctionDeclaration'
}): boolean {
  return ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression'].includes(node.type)
}
