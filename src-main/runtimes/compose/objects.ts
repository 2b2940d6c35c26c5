import type { DocumentObject } from '../../../src-preload/contract/releases.ts'
import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { asList, below, isList, isMapping, readDocument } from './document.ts'
import { sections } from './foreign.ts'
import { holdsToken } from './tokens.ts'

const kinds: Readonly<Record<(typeof sections)[number], string>> = {
  services: 'service',
  networks: 'network',
  volumes: 'volume',
  configs: 'config',
  secrets: 'secret',
}
/** Options that may be a list of `NAME=value` or a mapping, with one meaning. */
const assignments = ['environment', 'labels', 'sysctls', 'annotations', 'extra_hosts']

/**
 * A stored document as objects, sorted by kind and name, with their options flattened to path → text. Nothing in the
 * document is left out: a section that Compose or we don't know becomes an object of kind `other`, so that no change
 * can hide from a comparison. Values are shown as stored (`$$` is a dollar sign). Throws `compose_config_invalid`.
 */
export function objects(document: Uint8Array): readonly DocumentObject[] {
  const found = Object.entries(readDocument(document)).flatMap(([section, value]) =>
    ofSection(section, value),
  )
  return found.sort((a, b) => order(a.kind, b.kind) || order(a.name, b.name))
}

function ofSection(section: string, value: Json): DocumentObject[] {
  const known = sections.find((one) => one === section)
  if (known === undefined || !isMapping(value)) return [object('other', section, value)]
  return Object.entries(value).map(([name, options]) => object(kinds[known], name, options))
}

function object(kind: string, name: string, options: Json): DocumentObject {
  const fields: [string, string][] = []
  flatten(isMapping(options) ? normal(options) : options, '', fields)
  fields.sort(([a], [b]) => order(a, b))
  return {
    kind,
    name,
    fields: Object.fromEntries(fields),
    secret_paths: fields.filter(([, value]) => holdsToken(value)).map(([path]) => path),
  }
}

function flatten(value: Json, path: string, fields: [string, string][]): void {
  if (isList(value) && value.length > 0) {
    value.forEach((item, index) => flatten(item, below(path, index), fields))
  } else if (isMapping(value) && Object.keys(value).length > 0) {
    Object.entries(value).forEach(([key, item]) => flatten(item, below(path, key), fields))
  } else if (path !== '' || (value !== null && !isMapping(value))) {
    fields.push([path, shown(value)])
  }
}

/** A text as it is, unless it could be taken for a value that isn't text. */
function shown(value: Json): string {
  if (typeof value !== 'string') return JSON.stringify(value)
  return /^(?:null|true|false|\[\]|\{\}|".*")$/s.test(value) ? JSON.stringify(value) : value
}

function normal(options: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key, assignments.includes(key) ? assigned(value) : value]),
  )
}

/** A list of `NAME=value` as a mapping; left alone where a name comes twice or an item is no assignment. */
function assigned(value: Json): Json {
  if (!isList(value)) return value
  const pairs = asList(value).flatMap((item) => {
    const equals = typeof item === 'string' ? item.indexOf('=') : -1
    return typeof item === 'string' && equals > 0
      ? [[item.slice(0, equals), item.slice(equals + 1)] as const]
      : []
  })
  const names = new Set(pairs.map(([name]) => name))
  return names.size === value.length ? Object.fromEntries(pairs) : value
}

function order(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
