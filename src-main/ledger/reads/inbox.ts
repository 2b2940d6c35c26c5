import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { ticket } from '../../../src-preload/contract/inbox.ts'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import type { Reads, TicketFilter } from '../../ports/reads.ts'
import { containing, readBodies, readRows, theOne } from './bodies.ts'
import type { ReadPool } from './bodies.ts'
import { requireProject } from './setup.ts'

// `today` ends with the day of the ledger's own time zone.
const shown = `($1 = 'all' OR $1 = 'pending' AND status = 'pending' OR $1 = 'mine' AND is_mine)
  AND ($2::text IS NULL OR project = $2) AND ($3::text IS NULL OR risk_level = $3)
  AND ($4::text IS NULL OR scope_type = $4) AND ($5::text IS NULL OR runtime = $5)
  AND ($6::text IS NULL OR priority = $6) AND ($7::text IS NULL OR assigned_to = $7)
  AND ($8::text IS NULL OR requested_by = $8 OR requested_by_name ILIKE $9)
  AND ($10::text IS NULL OR status = 'pending' AND sla_due_at <= CASE $10
    WHEN '15_minutes' THEN statement_timestamp() + interval '15 minutes'
    WHEN '1_hour' THEN statement_timestamp() + interval '1 hour'
    ELSE date_trunc('day', statement_timestamp()) + interval '1 day' END)
  AND ($11::text IS NULL OR label ILIKE $11 OR target ILIKE $11 OR reason ILIKE $11 OR change_link ILIKE $11)`

// lifecycle.md: pending first, then priority, then earliest expiry, then oldest; what never expires comes last.
const order = `status <> 'pending', priority, coalesce(expires_at, 'infinity'), created_at, id`
const listSql = `SELECT body FROM pilothouse_read.tickets
  WHERE id = ANY (ARRAY(
    SELECT id FROM pilothouse_read.tickets
     WHERE ${shown} AND ($12::text IS NULL OR status = $12)
       AND ($13::uuid IS NULL OR (${order}) > (SELECT ${order} FROM pilothouse_read.tickets WHERE id = $13))
     ORDER BY ${order} LIMIT $14))
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

function filtering(filter: TicketFilter): (string | null)[] {
  const { view, project, risk, scope, runtime, priority, assignee, requester, due, text } = filter
  const named = [project, risk, scope, runtime, priority, assignee, requester].map((name) => name ?? null)
  return [view, ...named, containing(requester), due ?? null, containing(text)]
}

/** The stats count all pending tickets that the filter finds, whatever the page and the status asked for. */
async function list(pool: ReadPool, filter: TicketFilter) {
  const { project, status, after, limit } = filter
  await requireProject(pool, project)
  if (after !== undefined) await findTicket(pool, after)
  const common = filtering(filter)
  const tickets = await readBodies(pool, ticket, listSql, [...common, status ?? null, after ?? null, limit])
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
