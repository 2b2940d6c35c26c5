import type { Json } from '../../../src-preload/contract/vocabulary.ts'
import { sealedTokenPattern } from '../../lifecycle/sealedTokens.ts'
import { below, isList, isMapping } from './document.ts'
import type { ComposeDocument } from './document.ts'
import type { DocumentProblem } from './problems.ts'

const marker = 'pilothouse-sealed:'

/** Tokens in a text, in order. */
export function tokensIn(text: string): string[] {
  return text.match(sealedTokenPattern) ?? []
}

/** Whether a text holds a sealed value, or something made to look like one. */
export function holdsToken(text: string): boolean {
  return text.includes(marker)
}

/** The text with each token replaced. */
export function replaceTokens(text: string, value: (token: string) => string): string {
  return text.replace(sealedTokenPattern, (token) => value(token))
}

/**
 * Places where a secret value would be readable by others: in a command line (everybody on the host sees argv), a
 * label, a name, or a key. It belongs in `environment` or in the content of a config. A token that stands for none of
 * the release's secrets is a problem too.
 */
export function tokenProblems(document: ComposeDocument, known: ReadonlySet<string>): DocumentProblem[] {
  const problems: DocumentProblem[] = []
  visit(document, [], '', (text, keys, path) => {
    if (!holdsToken(text)) return
    const tokens = tokensIn(text)
    if (tokens.length !== text.split(marker).length - 1 || tokens.some((token) => !known.has(token))) {
      problems.push({ path, problem: 'a sealed value that is none of this release' })
    } else if (!mayHoldSecret(keys)) {
      problems.push({
        path,
        problem: 'a secret value that others could read here',
        hint: 'hint.render_failed.secret_visible',
      })
    }
  })
  return problems
}

function mayHoldSecret(keys: readonly string[]): boolean {
  if (keys[0] === 'configs') return keys.length === 3 && keys[2] === 'content'
  return keys[0] === 'services' && keys.length === 4 && keys[2] === 'environment'
}

/** Every string scalar with the keys that lead to it, and every key (whose own keys end in an empty one). */
function visit(
  value: Json,
  keys: readonly string[],
  path: string,
  see: (text: string, keys: readonly string[], path: string) => void,
): void {
  if (typeof value === 'string') see(value, keys, path)
  if (isList(value)) {
    value.forEach((item, index) => visit(item, [...keys, String(index)], below(path, index), see))
  }
  if (!isMapping(value)) return
  for (const [key, item] of Object.entries(value)) {
    see(key, [...keys, key, ''], below(path, key))
    visit(item, [...keys, key], below(path, key), see)
  }
}
