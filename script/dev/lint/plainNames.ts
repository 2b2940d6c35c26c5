import path from 'node:path'
import type { Rule } from 'eslint'
import { emptyNames } from './names.ts'

/** ESLint rule: no file or folder is called utils, helpers, common, lib or manager. */
export const plainNames: Rule.RuleModule = {
  meta: {
    type: 'problem',
    docs: { description: 'name files and folders after what they are about' },
    messages: { empty: '"{{word}}" in {{file}} says nothing: name it after a noun that users know.' },
    schema: [],
  },
  create(context) {
    return {
      Program(node) {
        const file = path.relative(context.cwd, context.filename)
        for (const word of emptyNames(file))
          context.report({ node, messageId: 'empty', data: { word, file } })
      },
    }
  },
}
