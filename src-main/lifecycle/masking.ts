import { stripVTControlCharacters } from 'node:util'

const shown = '••••••'
/** In characters. Shorter values would turn whole logs into dots, so they are refused as secrets. */
export const shortestSecret = 4

function forms(value: string): string[] {
  const bytes = Buffer.from(value, 'utf8')
  const jsonForm = JSON.stringify(value).slice(1, -1)
  return [
    value,
    jsonForm,
    encodeURIComponent(value),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ]
}

/**
 * A function that replaces every form in which a secret value may show (as it is, JSON-escaped, URL-encoded, base64,
 * hex, and each line of one that has several) and strips terminal escapes. Longest first, so that a value that
 * contains another leaves no rest.
 */
export function createMask(values: Iterable<string>): (text: string) => string {
  const wanted = new Set<string>()
  for (const value of values) {
    for (const part of [value, ...value.split(/\r?\n/)]) {
      if (part.length < shortestSecret) continue
      for (const form of forms(part)) wanted.add(form)
    }
  }
  const ordered = [...wanted].sort((a, b) => b.length - a.length || a.localeCompare(b))
  return (text) => {
    let masked = stripVTControlCharacters(text)
    for (const form of ordered) masked = masked.replaceAll(form, shown)
    return masked
  }
}
