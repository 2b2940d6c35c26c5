import type { ReactNode } from 'react'
import type { AccessChange } from '../../../../src-preload/contract/access.ts'
import type { TicketId } from '../../../../src-preload/contract/vocabulary.ts'
import { changeWords } from '../../../components/change/words.ts'
import { client } from '../../../transport/client.ts'
import { instantText } from '../../../words/instants.ts'
import { useWords } from '../../../words/words.ts'
import { AskDialog } from './AskDialog.tsx'
import type { AskProps } from './AskDialog.tsx'
import { judged } from './judged.ts'
import type { Problems } from './judged.ts'

interface Props {
  readonly title: string
  /** What the form holds, in the shape of the change; the contract's schema judges it. */
  readonly asked: unknown
  /** What counts now, in words. */
  readonly now?: string
  /** How it is sent where that is not `access.change`. */
  readonly send?: AskProps<AccessChange>['send']
  readonly onClose: () => void
  readonly children?: (problems: Problems) => ReactNode
}

const sendChange: AskProps<AccessChange>['send'] = async (
  change,
  command_id,
  reason,
): Promise<{ ticket: TicketId | null }> => client.access.change({ command_id, change, reason })

/** Asks for a change of access: form, then its words and what it takes, then done or a ticket. */
export function ChangeDialog({ asked, send = sendChange, ...rest }: Props) {
  const { say, language } = useWords()
  const at = (instant: string) => instantText(instant, language, true)
  return (
    <AskDialog<AccessChange>
      {...rest}
      judge={() => {
        const { change, problems } = judged(asked, Date.now())
        return change === null ? { kind: 'lacking', problems } : { kind: 'complete', value: change }
      }}
      words={(change) => [changeWords(change, say, at)]}
      counts="confirmed"
      asksReason
      send={send}
    />
  )
}
