import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { ticket } from '../../../src-preload/contract/inbox.ts'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import type { Reads, TicketFilter } from '../../ports/reads.ts'
import { readBodies, readRows, theOne } from './bodies.ts'
import type { ReadPool } from './bodies.ts'
import { requireProject } from './setup.ts'

const shown = `($1 = 'all' OR $1 = 'pending' AND status = 'pending' OR $1 = 'mine' AND is_mine)
  AND ($2::text IS NULL OR project = $2) AND ($3::text IS NULL OR risk_level = $3)`

// lifecycle.md: pending first, then priority, then earliest expiry, then oldest.
const order = `(status = 'pending') DESC, priority, expires_at, created_at, id`
const listSql = `SELECT body FROM pilothouse_read.tickets
  WHERE id = ANY (ARRAY(
    SELECT id FROM pilothouse_read.tickets
     WHERE ${shown} AND ($4::text IS NULL OR status = $4)
     ORDER BY ${order} LIMIT $5))
  ORDER BY ${order}`

const statsSql = `SELECT count(*)::int AS pending, count(*) FILTER (WHERE overdue)::int AS overdue,
    count(*) FILTER (WHERE expires_at <= statement_timestamp() + interval '15 minutes')::int AS expiring
  FROM pilothouse_read.tickets WHERE ${shown} AND status = 'pending'`

const stats = z.object({ pending: z.int(), overdue: z.int(), expiring: z.int() })

/** Tickets in the order in which they want attention, and one of them. */
export function readInbox(pool: ReadPool): Pick<Reads, 'tickets' | 'ticket'> {
  return {
    tickets: (filter) => list(pool, filter),
    ticket: (reference) => findTicket(pool, reference),
  }
}

/** The stats count all pending tickets of the view, whatever the page's limit and status. */
async function list(pool: ReadPool, { view, project, status, risk, limit }: TicketFilter) {
  await requireProject(pool, project)
  const common = [view, project ?? null, risk ?? null]
  const tickets = await readBodies(pool, ticket, listSql, [...common, status ?? null, limit])
  const [counted] = await readRows(pool, stats, statsSql, common)
  return { tickets, stats: counted ?? { pending: 0, overdue: 0, expiring: 0 } }
}

/** A release's label names the newest of its tickets; several can only mean releases of several projects. */
const byLabelSql = `SELECT DISTINCT ON (scope_id) body FROM pilothouse_read.tickets WHERE label = $1
  ORDER BY scope_id, created_at DESC LIMIT 2`
const byIdSql = 'SELECT body FROM pilothouse_read.tickets WHERE id BETWEEN $1 AND $2 LIMIT 2'

async function findTicket(pool: ReadPool, reference: string): Promise<Ticket> {
  const missing = new PilothouseError('ticket_not_found', { ticket: reference })
  const labelled = await readBodies(pool, ticket, byLabelSql, [reference])
  if (labelled.length > 0) return theOne(labelled, missing, 'ticket')
  const range = idRange(reference)
  if (range === null) throw missing
  return theOne(await readBodies(pool, ticket, byIdSql, range), missing, 'ticket')
}

/** The smallest and the greatest UUID that begin so; null for what no UUID begins with. Pure. */
export function idRange(beginning: string): [string, string] | null {
  const template = '00000000-0000-0000-0000-000000000000'
  const lower = beginning.toLowerCase()
  const fits = [...lower].every((character, index) => {
    const wanted = template[index]
    return wanted === '-' ? character === '-' : wanted === '0' && /[0-9a-f]/.test(character)
  })
  if (!fits || lower === '') return null
  const rest = template.slice(lower.length)
  return [lower + rest, lower + rest.replaceAll('0', 'f')]
}
