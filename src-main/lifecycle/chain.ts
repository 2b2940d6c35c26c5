import { createHash } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { AuditReport, ExportedEvent } from '../../src-preload/contract/audit.ts'
import { jsonObject } from '../../src-preload/contract/vocabulary.ts'
import type { JsonObject } from '../../src-preload/contract/vocabulary.ts'

const nothingBefore = '0'.repeat(64)

/**
 * Checks the hash chains of an export, whatever the order of its lines: every chain begins at 1 and misses no event,
 * every hash is the SHA-256 of the one before it and of the stored bytes, and the bytes say what the event says.
 * Of each broken chain the first break is told. An end that was cut off can't be seen in an export alone.
 */
export function checkChains(events: readonly ExportedEvent[]): AuditReport {
  const chains = Map.groupBy(events, ({ event }) => `${event.resource_type} ${event.resource_id}`)
  const broken = [...chains.values()].flatMap((chain) => firstBreak(chain) ?? [])
  return { chains: chains.size, events: events.length, broken }
}

function firstBreak(chain: readonly ExportedEvent[]): AuditReport['broken'][number] | null {
  const ordered = chain.toSorted((a, b) => a.event.chain_seq - b.event.chain_seq)
  let before = { seq: 0, hash: nothingBefore }
  for (const exported of ordered) {
    const { resource_type, resource_id, chain_seq: seq, hash } = exported.event
    const problem = problemOf(exported, before)
    if (problem !== null) return { resource_type, resource_id, seq, problem }
    before = { seq, hash }
  }
  return null
}

function problemOf({ event, bytes }: ExportedEvent, before: { seq: number; hash: string }): string | null {
  if (event.chain_seq === before.seq) return 'two events have this number'
  if (event.chain_seq !== before.seq + 1)
    return `${event.chain_seq - before.seq - 1} events before it are missing`
  if (event.prev_hash !== before.hash) return 'it does not follow from the event before it'
  const hash = createHash('sha256')
    .update(Buffer.from(event.prev_hash, 'hex'))
    .update(bytes, 'utf8')
    .digest('hex')
  if (event.hash !== hash) return 'its hash does not cover its bytes'
  return saysTheSame(event, bytes) ? null : 'its bytes say something else than the event shown'
}

/** The bytes hold every field but the hashes; an instant may be written with another offset or precision. */
function saysTheSame(event: ExportedEvent['event'], bytes: string): boolean {
  const stored = parseObject(bytes)
  const at = stored?.['occurred_at']
  if (stored === null || typeof at !== 'string') return false
  const sameInstant = Date.parse(at) === Date.parse(event.occurred_at)
  return sameInstant && isDeepStrictEqual(without(stored, 'occurred_at'), without(event, ...notInBytes))
}

const notInBytes = ['occurred_at', 'prev_hash', 'hash']

function without(fields: object, ...names: readonly string[]): object {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)))
}

function parseObject(text: string): JsonObject | null {
  try {
    return jsonObject.parse(JSON.parse(text))
  } catch (error) {
    if (error instanceof Error) return null
    throw error
  }
}
