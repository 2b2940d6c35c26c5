import type { ChangeTicket, Ticket } from '../../../src-preload/contract/inbox.ts'
import { changeTitle, projectWords } from '../../components/change/words.ts'
import type { Say } from '../../words/words.ts'

/** What a ticket is about, in one line. */
export function ticketTitle(ticket: Ticket, say: Say): string {
  switch (ticket.scope_type) {
    case 'release':
      return say('window.inbox.ticket.title_plan', { release: ticket.release, target: ticket.target })
    case 'rollback':
      return say('window.inbox.ticket.title_rollback', { release: ticket.release, target: ticket.target })
    case 'review':
      return say('window.inbox.ticket.title_review', { release: ticket.release, target: ticket.target })
    case 'policy':
    case 'access':
      return aboutChange(ticket, say)
  }
}

/** A freeze is named by its id alone; the ledger's own words know its stage. */
function aboutChange({ change, summary }: ChangeTicket, say: Say): string {
  const { stage, project } = summary[0]?.params ?? {}
  if (change.kind !== 'lift_freeze' || stage === undefined || project === undefined)
    return changeTitle(change, say)
  return say('window.access.about.lift_freeze_of', { stage, project })
}

/** Where it would count: target, stage and project of a plan, or the project of a change. */
export function ticketPlace(ticket: Ticket, say: Say): string {
  if (!('target' in ticket)) return projectWords(ticket.project, say)
  const { target, stage, project } = ticket
  return say('window.inbox.row.place', { target, stage, project })
}
