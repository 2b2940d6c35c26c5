import type { QueryClient } from '@tanstack/react-query'
import type { ChangeNotice } from '../../src-preload/contract/events.ts'
import { position } from '../../src-preload/contract/vocabulary.ts'
import type { Position } from '../../src-preload/contract/vocabulary.ts'
import type { Client } from './client.ts'
import { failureOf } from './failure.ts'

/** The nouns and verbs whose answers a change of an entity makes old. */
const concerned: Readonly<Record<string, readonly (readonly string[])[]>> = {
  releases: [['releases'], ['inbox']],
  release_steps: [['releases', 'steps']],
  release_logs: [['releases', 'logs']],
  diagnostics: [['releases', 'diagnostics']],
  timeline_events: [['releases', 'timeline'], ['audit']],
  approval_inbox_items: [['inbox'], ['releases']],
  approval_inbox_actions: [['inbox']],
  targets: [['targets'], ['services']],
  target_keys: [['targets']],
  services: [['services']],
  cd_configs: [['services'], ['targets']],
  projects: [['services'], ['targets']],
  stages: [['targets'], ['access'], ['services']],
  freezes: [['access'], ['releases']],
  policies: [['access']],
  approval_policies: [['access']],
  roles: [['access'], ['members']],
  teams: [['access'], ['members'], ['services']],
  delegations: [['access'], ['members'], ['inbox']],
  role_bindings: [['access'], ['members'], ['inbox']],
  members: [['members'], ['access']],
  executors: [['releases', 'executors']],
}

/** What is old after such changes, each named once; an entity that this version doesn't know makes everything old. */
export function staleAfter(entities: Iterable<string>): readonly (readonly string[])[] | 'everything' {
  const found = new Map<string, readonly string[]>()
  for (const entity of entities) {
    const paths = concerned[entity]
    if (paths === undefined) return 'everything'
    for (const path of paths) found.set(path.join('.'), path)
  }
  return [...found.values()]
}

function forget(queries: QueryClient, entities: ReadonlySet<string>): void {
  const stale = staleAfter(entities)
  if (stale === 'everything') void queries.invalidateQueries()
  else for (const path of stale) void queries.invalidateQueries({ queryKey: [path] })
}

/** How long changes are gathered before what they make old is read again, in milliseconds. */
const gatherMs = 120

/** Gathers what changes within a moment, so that a step of a run is one read and not five. */
export function gathering(
  queries: QueryClient,
  wait = gatherMs,
): (notice: Pick<ChangeNotice, 'entity'>) => void {
  let entities = new Set<string>()
  return ({ entity }) => {
    if (entities.size === 0) {
      setTimeout(() => {
        const gathered = entities
        entities = new Set()
        forget(queries, gathered)
      }, wait)
    }
    entities.add(entity)
  }
}

export interface Follow {
  readonly client: Pick<Client, 'events'>
  readonly queries: QueryClient
  readonly signal: AbortSignal
  /** Waits before it is tried again after a refusal that is no lost connection, in milliseconds. */
  readonly pause?: number
}

/**
 * Follows the ledger until `signal` aborts: each change makes what was read of it old. After a lost connection it goes
 * on from the last change it saw; where there was none yet, everything is read anew.
 */
export async function followChanges({ client, queries, signal, pause = 2_000 }: Follow): Promise<void> {
  let after: Position | undefined
  const note = gathering(queries)
  while (!signal.aborted) {
    try {
      const changes = await client.events.watch(after === undefined ? {} : { after }, { signal })
      if (after === undefined) void queries.invalidateQueries()
      for await (const notice of changes) {
        after = position.parse(notice.position)
        note(notice)
      }
    } catch (error) {
      if (signal.aborted) return
      if (failureOf(error).code !== 'offline') await sleep(pause, signal)
    }
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}
