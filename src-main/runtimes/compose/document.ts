import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { caps } from '../../../src-preload/contract/vocabulary.ts'
import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { canonicalText } from '../../lifecycle/canonical.ts'
import { problemsError } from './problems.ts'
import type { DocumentProblem } from './problems.ts'

/** A rendered Compose document: what the bytes of a release say, as data. */
export interface ComposeDocument extends JsonObject {
  readonly services: Readonly<Record<string, JsonObject>>
}

/** Levels that a document may nest; Compose's own schema needs about ten. */
const deepest = 64

/** Whether a value is a mapping. */
export function isMapping(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !isList(value)
}

/** Whether a value is a sequence. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value)
}

/** A value as a list: a sequence's items, nothing for null or absent, else the value alone. */
export function asList(value: Json | undefined): readonly Json[] {
  if (value === undefined || value === null) return []
  return isList(value) ? value : [value]
}

/** A scalar as text: a text as it is, nothing for null or absent, anything else as JSON. */
export function scalarText(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * The path of a key or an index below a path: `services.web.ports[0]`. Keys beyond letters, digits, `_` and `-` are
 * quoted, so that no two places share a path.
 */
export function below(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`
  return path === '' ? key : `${path}.${key}`
}

/** A copy with every string scalar replaced; keys stay as they are. */
export function mapStrings(value: Json, change: (text: string, path: string) => string, path = ''): Json {
  if (typeof value === 'string') return change(value, path)
  if (isList(value)) return value.map((item, index) => mapStrings(item, change, below(path, index)))
  if (isMapping(value)) return mapMapping(value, change, path)
  return value
}

/** `mapStrings` for a mapping, which stays one. */
export function mapMapping(
  value: JsonObject,
  change: (text: string, path: string) => string,
  path = '',
): JsonObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change, below(path, key))]),
  )
}

/** Any parsed value as JSON. Throws a `DocumentProblem` through `refuse` for what JSON can't say. */
export function toJson(
  value: unknown,
  refuse: (problem: DocumentProblem) => never,
  path = '',
  depth = 0,
): Json {
  if (depth > deepest) return refuse({ path, problem: `nested deeper than ${deepest} levels` })
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'string') {
    return value.isWellFormed() ? value : refuse({ path, problem: 'text with half a surrogate pair' })
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : refuse({ path, problem: 'a number without a finite value' })
  }
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => toJson(item, refuse, below(path, index), depth + 1))
  }
  if (typeof value !== 'object') return refuse({ path, problem: `a ${typeof value} has no place here` })
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => {
    if (!key.isWellFormed()) return refuse({ path, problem: 'a key with half a surrogate pair' })
    return [key, toJson(item, refuse, below(path, key), depth + 1)] as const
  })
  return Object.fromEntries(entries)
}

/** A mapping with at least one service, each a mapping, as a document. */
export function toDocument(root: Json, refuse: (problem: DocumentProblem) => never): ComposeDocument {
  if (!isMapping(root)) return refuse({ path: '', problem: 'not a mapping' })
  const { services } = root
  if (!isMapping(services)) return refuse({ path: 'services', problem: 'not a mapping of services' })
  const named = Object.entries(services).map(([name, service]) => {
    const path = below('services', name)
    if (!/^[a-zA-Z0-9._-]+$/.test(name)) return refuse({ path, problem: 'not a name for a service' })
    return [name, isMapping(service) ? service : refuse({ path, problem: 'not a mapping' })] as const
  })
  if (named.length === 0) return refuse({ path: 'services', problem: 'no service' })
  return { ...root, services: Object.fromEntries(named) }
}

/**
 * Bytes as a document. They must be canonical (RFC 8785): then what a reader sees is all that a host can read, with no
 * key given twice. Throws `compose_config_invalid` with `{path, problem}`.
 */
export function readDocument(bytes: Uint8Array): ComposeDocument {
  const text = decode(bytes)
  const root = toJson(parse(text), refuseStored)
  if (canonicalText(root) !== text)
    return refuseStored({ path: '', problem: 'not in canonical form (RFC 8785)' })
  return toDocument(root, refuseStored)
}

/** A document as canonical bytes (RFC 8785 JSON, UTF-8). Throws `document_too_large` with bytes and cap. */
export function writeDocument(document: JsonObject): Uint8Array {
  const bytes = new TextEncoder().encode(canonicalText(document))
  if (bytes.length > caps.document) {
    throw new PilothouseError('document_too_large', { bytes: bytes.length, cap: caps.document })
  }
  return bytes
}

/**
 * An option of a service, its own or inherited by `extends` from a service of the same document; undefined where
 * neither has it.
 */
export function serviceOption(document: ComposeDocument, service: string, option: string): Json | undefined {
  const seen = new Set<string>()
  for (let name: string | null = service; name !== null && !seen.has(name);) {
    seen.add(name)
    const found: JsonObject | undefined = Object.hasOwn(document.services, name)
      ? document.services[name]
      : undefined
    if (found === undefined) return undefined
    if (found[option] !== undefined) return found[option]
    name = extendedService(found['extends'])
  }
  return undefined
}

/** Image references of all services, each once, in order of their text. */
export function documentImages(document: ComposeDocument): string[] {
  const images = Object.keys(document.services).map((name) => serviceOption(document, name, 'image'))
  return [...new Set(images.filter((image) => typeof image === 'string'))].sort()
}

function extendedService(value: Json | undefined): string | null {
  if (typeof value === 'string') return value
  const service = isMapping(value) ? value['service'] : undefined
  return typeof service === 'string' ? service : null
}

function refuseStored(problem: DocumentProblem, cause?: unknown): never {
  throw problemsError('compose_config_invalid', [problem], { cause })
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    return refuseStored({ path: '', problem: 'not UTF-8' }, error)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    return refuseStored({ path: '', problem: 'not JSON' }, error)
  }
}
