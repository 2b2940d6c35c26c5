import type { JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import type { ContainerRecord } from './container.ts'
import { isMapping } from './document.ts'

/**
 * What runs, as meaning: `{services: {name: {image_id, config_hash}}}`, sorted by name, without state or counters.
 * Containers of one service that differ give all their values, sorted and joined by a comma. One-off containers
 * (`compose run`) and those without a service are left out.
 */
export function liveBase(containers: readonly ContainerRecord[]): JsonObject {
  const kept = containers.filter(({ oneoff, service }) => !oneoff && service !== '')
  const byService = Map.groupBy(kept, ({ service }) => service)
  const names = [...byService.keys()].sort()
  const services = names.map((name) => {
    const replicas = byService.get(name) ?? []
    const image_id = together(replicas.map((replica) => replica.image_id))
    const config_hash = together(replicas.map((replica) => replica.config_hash))
    return [name, { image_id, config_hash }] as const
  })
  return { services: Object.fromEntries(services) }
}

/** The services of a live base; empty where it holds none. */
export function servicesOf(base: JsonObject): JsonObject {
  const { services } = base
  return isMapping(services) ? services : {}
}

function together(values: readonly string[]): string {
  return [...new Set(values)].sort().join(',')
}
