import type { ChangeTicket, Ticket } from '../../../src-preload/contract/inbox.ts'
import { assertNever } from '../../../src-preload/contract/vocabulary.ts'
import { facts, shortDigest, shortInstant, table } from '../output.ts'
import type { Paint } from '../output.ts'
import { say } from '../say.ts'
import { candidatesText, whoFills } from './rules.ts'
import { section, toneOfRisk } from './state.ts'

/** What a ticket is about, in a few words. */
export function ticketSubject(ticket: Ticket): string {
  switch (ticket.scope_type) {
    case 'release':
    case 'rollback':
      return say('say.about_release', { release: ticket.release })
    case 'review':
      return say('say.about_review', { release: ticket.release })
    case 'policy':
    case 'access':
      return ticket.summary.map((message) => say(message)).join('; ')
    default:
      return assertNever(ticket)
  }
}

function isChange(ticket: Ticket): ticket is ChangeTicket {
  return ticket.scope_type === 'policy' || ticket.scope_type === 'access'
}

function placeOf(ticket: Ticket): string {
  if (isChange(ticket)) return ticket.project ?? say('say.all_projects')
  return `${ticket.target} (${ticket.stage})`
}

function expiryOf({ expires_at }: Ticket): string {
  return expires_at === null ? say('say.runs_out_never') : shortInstant(expires_at)
}

function marksOf(ticket: Ticket): string {
  const marks = [
    ticket.can_decide ? say('say.yours_to_decide') : '',
    ticket.overdue ? say('say.overdue') : '',
    ticket.escalated_at === null ? '' : say('say.escalated'),
  ]
  return marks.filter((word) => word !== '').join(', ')
}

/** Tickets, one a line. */
export function ticketTable(paint: Paint, tickets: readonly Ticket[]): string[] {
  return table(
    paint,
    ['TICKET', 'ABOUT', 'WHERE', 'SCOPE', 'RISK', 'PRIO', 'STATUS', 'ASKED BY', 'EXPIRES', ''],
    tickets.map((ticket) => [
      ticket.id,
      ticketSubject(ticket),
      placeOf(ticket),
      ticket.scope_type,
      ticket.risk_level,
      ticket.priority,
      ticket.status,
      ticket.requested_by,
      expiryOf(ticket),
      marksOf(ticket),
    ]),
    say('say.no_tickets'),
  )
}

/** What is decided: it in words, its risk, what the policy still wants, and the hash that names it. */
export function ticketLines(paint: Paint, ticket: Ticket): string[] {
  return [
    headLine(paint, ticket),
    ...facts([
      ['ticket', ticket.id],
      ['asked by', `${ticket.requested_by_person} (${ticket.requested_by})`],
      ['assigned to', ticket.assigned_to],
      ['reason', ticket.reason],
      ['incident', ticket.scope_type === 'review' ? ticket.incident_link : null],
      ['change', ticket.change_link],
      ['due', `${shortInstant(ticket.sla_due_at)}${ticket.overdue ? ` (${say('say.overdue')})` : ''}`],
      ['expires', expiryOf(ticket)],
      ['decided by', ticket.decided_by],
    ]),
    ...section(
      paint,
      'say.plan_in_words',
      ticket.summary.map((message) => say(message)),
    ),
    ...section(paint, 'say.what_changes', isChange(ticket) ? fieldLines(ticket) : []),
    ...section(paint, 'say.risk', [
      paint(toneOfRisk(ticket.risk_level), ticket.risk_level),
      ...ticket.risk_reasons.map((reason) => `- ${say(reason)}`),
    ]),
    ...section(paint, 'say.approval', ruleLines(ticket)),
    ...section(paint, 'say.history', actionLines(ticket)),
    '',
    ...facts([
      ['context hash', shortDigest(ticket.context_hash)],
      ['document', isChange(ticket) ? null : shortDigest(ticket.document_digest)],
      ['revision', String(ticket.revision)],
    ]),
  ]
}

function headLine(paint: Paint, ticket: Ticket): string {
  const place = isChange(ticket) ? placeOf(ticket) : `${ticket.target} (${ticket.stage}, ${ticket.runtime})`
  return `${paint('strong', ticketSubject(ticket))}  ${ticket.status}  ${place}`
}

/** The ledger's own comparison of what counts now with what is asked for. */
function fieldLines(ticket: ChangeTicket): string[] {
  return ticket.fields.map(({ path, before, after }) => `${path}: ${before ?? '–'} → ${after ?? '–'}`)
}

function ruleLines(ticket: Ticket): string[] {
  return ticket.rules.map((rule) =>
    say('say.ticket_rule', {
      given: rule.approved_by.length,
      minimum: rule.minimum,
      role: whoFills(rule),
      candidates: candidatesText(rule.candidates),
    }),
  )
}

function actionLines(ticket: Ticket): string[] {
  return ticket.actions.map((entry) => {
    const comment = entry.comment === null || entry.comment === '' ? '' : `: ${entry.comment}`
    return `${shortInstant(entry.at)}  ${entry.person ?? entry.actor} ${entry.action}${comment}`
  })
}
