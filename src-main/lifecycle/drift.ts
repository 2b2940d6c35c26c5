import type { Json, JsonObject } from '../../src-preload/contract/vocabulary.ts'
import { canonicalText } from './canonical.ts'

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Names of what differs between two live bases, two levels deep (`services.web`), in order. Empty means that they mean
 * the same.
 */
export function driftBetween(planned: JsonObject, observed: JsonObject): string[] {
  const groups = new Set([...Object.keys(planned), ...Object.keys(observed)])
  return [...groups].sort().flatMap((group) => {
    const [was, is] = [planned[group], observed[group]]
    if (!isObject(was) || !isObject(is)) {
      return canonicalText(was ?? null) === canonicalText(is ?? null) ? [] : [group]
    }
    const names = new Set([...Object.keys(was), ...Object.keys(is)])
    return [...names]
      .sort()
      .filter((name) => canonicalText(was[name] ?? null) !== canonicalText(is[name] ?? null))
      .map((name) => `${group}.${name}`)
  })
}
