import { Button, Text } from '@mantine/core'
import { useLocation } from 'wouter'
import type { Ticket } from '../../../../src-preload/contract/inbox.ts'
import { Failure } from '../../../components/Failure.tsx'
import { failureOf } from '../../../transport/failure.ts'
import { useWords } from '../../../words/words.ts'
import type { SayKey } from '../../../words/words.ts'
import { nextStepAfter } from '../outcome.ts'
import type { TicketAct } from './TicketDialog.tsx'

interface Props {
  readonly error: unknown
  readonly ticket: Ticket
  readonly onAct: (act: TicketAct) => void
  readonly onClose: () => void
}

/** A decision that was refused, whether anything was decided, and the next thing to do as a button. */
export function Refused({ error, ticket, onAct, onClose }: Props) {
  const { say } = useWords()
  const [, navigate] = useLocation()
  if (error === null || error === undefined) return null
  const release = 'release' in ticket ? ticket.release : null
  const step = nextStepAfter(failureOf(error).code)
  const words = release === null && step === 'ask_again' ? 'ask_again_change' : step
  const read = () => {
    navigate(`/inbox/${ticket.id}`)
    onClose()
  }
  return (
    <Failure error={error} about={{ ticket: ticket.id, ...(release === null ? {} : { release }) }}>
      <Text size="sm">{say(`window.inbox.next.${words}`)}</Text>
      {step === 'read_again' && <Go label="window.inbox.next.do.read_again" onGo={read} />}
      {step === 'somebody_else' && ticket.status === 'pending' && (
        <Go label="window.inbox.next.do.somebody_else" onGo={() => onAct('assign')} />
      )}
      {(step === 'newer_plan' || step === 'ask_again') && release !== null && (
        <Go label={`window.inbox.next.do.${step}`} onGo={() => navigate(`/releases/${release}`)} />
      )}
      {step === 'ask_again' && release === null && (
        <Go label="window.inbox.next.do.ask_again_change" onGo={() => navigate('/access')} />
      )}
    </Failure>
  )
}

function Go({ label, onGo }: { readonly label: SayKey; readonly onGo: () => void }) {
  const { say } = useWords()
  return (
    <Button variant="default" size="xs" w="fit-content" onClick={onGo}>
      {say(label)}
    </Button>
  )
}
