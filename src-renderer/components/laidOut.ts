import { z } from 'zod'
import { visible } from '../words/visible.ts'

const parsed = z.string().transform((text, context) => {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    context.addIssue({ code: 'custom', message: error.message })
    return z.NEVER
  }
})

/**
 * A document with line breaks, to be read and compared line by line: what is stored is JSON on a single line. Nothing
 * is added, left out or moved; what isn't JSON stays as it is.
 */
export function laidOut(document: string): string {
  const found = parsed.safeParse(document)
  return visible(found.success ? JSON.stringify(found.data, null, 2) : document)
}
