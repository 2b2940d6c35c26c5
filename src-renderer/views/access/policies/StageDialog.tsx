import { NumberInput } from '@mantine/core'
import { useState } from 'react'
import type { ApprovalPolicy } from '../../../../src-preload/contract/access.ts'
import { useWords } from '../../../words/words.ts'
import { ChangeDialog } from '../change/ChangeDialog.tsx'

interface Props {
  readonly policy: ApprovalPolicy
  readonly onClose: () => void
}

/** Changes how long plans and approvals of a stage hold. */
export function StageDialog({ policy, onClose }: Props) {
  const { say } = useWords()
  const { project, stage, preview_ttl_minutes: minutes, approval_window_hours: hours } = policy
  const [ttl, setTtl] = useState<number | string>(minutes)
  const [window, setWindow] = useState<number | string>(hours)
  return (
    <ChangeDialog
      title={say('window.access.policies.times_title')}
      asked={{ kind: 'stage', project, stage, preview_ttl_minutes: ttl, approval_window_hours: window }}
      now={say('window.access.policies.times', { minutes, hours })}
      onClose={onClose}
    >
      {(problems) => (
        <>
          <NumberInput
            label={say('window.access.policies.ttl')}
            value={ttl}
            onChange={setTtl}
            min={1}
            max={1440}
            allowDecimal={false}
            error={
              problems['preview_ttl_minutes'] === undefined ? undefined : say(problems['preview_ttl_minutes'])
            }
          />
          <NumberInput
            label={say('window.access.policies.window')}
            value={window}
            onChange={setWindow}
            min={1}
            max={168}
            allowDecimal={false}
            error={
              problems['approval_window_hours'] === undefined
                ? undefined
                : say(problems['approval_window_hours'])
            }
          />
        </>
      )}
    </ChangeDialog>
  )
}
