import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import type { Decision } from '../deciding.ts'
import { AssignDialog } from './AssignDialog.tsx'
import { CommentDialog } from './CommentDialog.tsx'
import { DecideDialog } from './DecideDialog.tsx'

/** What can be done to a ticket. */
export type TicketAct = Decision | 'assign' | 'comment'

interface Props {
  readonly act: TicketAct
  /** The ticket as it was shown when the person began. */
  readonly ticket: Ticket
  readonly onAct: (act: TicketAct) => void
  readonly onClose: () => void
}

/** The dialog of one act; a new ticket or act begins anew. */
export function TicketDialog({ act, ticket, onAct, onClose }: Props) {
  const key = `${act} ${ticket.id}`
  switch (act) {
    case 'assign':
      return <AssignDialog key={key} ticket={ticket} onClose={onClose} />
    case 'comment':
      return <CommentDialog key={key} ticket={ticket} onClose={onClose} />
    case 'approve':
    case 'reject':
    case 'revoke':
      return <DecideDialog key={key} decision={act} ticket={ticket} onAct={onAct} onClose={onClose} />
  }
}
