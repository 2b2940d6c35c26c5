import type { ConfigChange } from '../../src-preload/contract/config.ts'
import type { Json, JsonObject } from '../../src-preload/contract/vocabulary.ts'
import { canonicalText } from './canonical.ts'

/** A noun of a project's configuration, as it is or as a file declares it. */
export interface Declared {
  readonly noun: ConfigChange['noun']
  readonly name: string
  readonly value: JsonObject
}

function flatten(value: Json | undefined, path: string): [string, string][] {
  if (value === undefined) return []
  if (typeof value !== 'object' || value === null)
    return [[path, typeof value === 'string' ? value : canonicalText(value)]]
  const entries: [string, Json][] = Array.isArray(value)
    ? value.map((item: Json, index): [string, Json] => [`[${index}]`, item])
    : Object.entries(value)
  if (entries.length === 0) return [[path, canonicalText(value)]]
  return entries.flatMap(([key, item]) =>
    flatten(item, key.startsWith('[') || path === '' ? path + key : `${path}.${key}`),
  )
}

function fieldsOf(before: JsonObject | undefined, after: JsonObject): ConfigChange['fields'] {
  const old = new Map(flatten(before, ''))
  const fresh = new Map(flatten(after, ''))
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].sort()
  return paths.flatMap((path) => {
    const [was, is] = [old.get(path) ?? null, fresh.get(path) ?? null]
    return was === is ? [] : [{ path, before: was, after: is }]
  })
}

/**
 * What applying a declaration changes, in its order. What exists and is not declared stays: a file says what shall be,
 * never what shall go.
 */
export function configChanges(existing: readonly Declared[], wanted: readonly Declared[]): ConfigChange[] {
  const known = new Map(existing.map((item) => [`${item.noun} ${item.name}`, item.value]))
  return wanted.map(({ noun, name, value }) => {
    const before = known.get(`${noun} ${name}`)
    const fields = fieldsOf(before, value)
    const action = before === undefined ? 'create' : fields.length === 0 ? 'unchanged' : 'change'
    return { noun, name, action, fields }
  })
}
