import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import { facts, shortDigest, shortInstant, table } from '../output.ts'
import type { Paint } from '../output.ts'
import { say } from '../say.ts'
import { section, toneOfRisk } from './state.ts'

/** Tickets, one a line. */
export function ticketTable(paint: Paint, tickets: readonly Ticket[]): string[] {
  return table(
    paint,
    ['TICKET', 'RELEASE', 'TARGET', 'RISK', 'PRIO', 'STATUS', 'ASKED BY', 'EXPIRES', ''],
    tickets.map((ticket) => [
      ticket.id,
      ticket.release,
      `${ticket.target} (${ticket.stage})`,
      ticket.risk_level,
      ticket.priority,
      ticket.status,
      ticket.requested_by,
      shortInstant(ticket.expires_at),
      [ticket.can_decide ? say('say.yours_to_decide') : '', ticket.overdue ? say('say.overdue') : '']
        .filter((word) => word !== '')
        .join(', '),
    ]),
    say('say.no_tickets'),
  )
}

/** What is decided: the plan in words, its risk, what the policy still wants, and the hash that names it. */
export function ticketLines(paint: Paint, ticket: Ticket): string[] {
  return [
    `${paint('strong', ticket.release)}  ${ticket.status}  ${ticket.target} (${ticket.stage}, ${ticket.runtime})`,
    ...facts([
      ['ticket', ticket.id],
      ['asked by', `${ticket.requested_by_person} (${ticket.requested_by})`],
      ['assigned to', ticket.assigned_to],
      ['reason', ticket.reason],
      ['change', ticket.change_link],
      ['expires', shortInstant(ticket.expires_at)],
      ['decided by', ticket.decided_by],
    ]),
    ...section(
      paint,
      'say.plan_in_words',
      ticket.summary.map((message) => say(message)),
    ),
    ...section(paint, 'say.risk', [
      paint(toneOfRisk(ticket.risk_level), ticket.risk_level),
      ...ticket.risk_reasons.map((reason) => `- ${say(reason)}`),
    ]),
    ...section(paint, 'say.approval', ruleLines(ticket)),
    ...section(paint, 'say.history', actionLines(ticket)),
    '',
    ...facts([
      ['context hash', shortDigest(ticket.context_hash)],
      ['document', shortDigest(ticket.document_digest)],
      ['revision', String(ticket.revision)],
    ]),
  ]
}

function ruleLines(ticket: Ticket): string[] {
  return ticket.rules.map((rule) =>
    say('say.ticket_rule', {
      given: rule.approved_by.length,
      minimum: rule.minimum,
      role: rule.role ?? say('say.any_approver'),
      candidates: rule.candidates.length === 0 ? say('say.nobody') : rule.candidates,
    }),
  )
}

function actionLines(ticket: Ticket): string[] {
  return ticket.actions.map((entry) => {
    const comment = entry.comment === null || entry.comment === '' ? '' : `: ${entry.comment}`
    return `${shortInstant(entry.at)}  ${entry.person ?? entry.actor} ${entry.action}${comment}`
  })
}
