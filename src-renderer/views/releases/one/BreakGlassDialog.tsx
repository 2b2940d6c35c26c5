import { Alert, Text, TextInput, Textarea } from '@mantine/core'
import { IconFlame } from '@tabler/icons-react'
import { useState } from 'react'
import { z } from 'zod'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { AskDialog } from '../../../components/AskDialog.tsx'
import { Hash } from '../../../components/Hash.tsx'
import { useDraft } from '../../../state/drafts.ts'
import type { Draft } from '../../../state/drafts.ts'
import { client } from '../../../transport/client.ts'
import { useCommand } from '../../../transport/command.ts'
import type { CommandInput } from '../../../transport/command.ts'
import { useWords } from '../../../words/words.ts'
import { judgeGlass } from './glass.ts'
import type { Glass } from './glass.ts'

const draft = z.object({ reason: z.string(), incident_link: z.string() })
const nothing = { reason: '', incident_link: '' }
type Input = CommandInput<typeof client.releases.break_glass>

interface Props {
  readonly release: Release
  readonly onClose: () => void
}

/** Approves in an emergency, past policy, freeze and start rule. Says what that means before it is done. */
export function BreakGlassDialog({ release, onClose }: Props) {
  const { say } = useWords()
  const [tried, setTried] = useState(false)
  const typed = useDraft(`release:${release.id}:glass`, draft, nothing)
  const glass = useCommand((input: Input, command_id) =>
    client.releases.break_glass({ ...input, command_id }),
  )
  const onSuccess = () => {
    typed.clear()
    onClose()
  }
  const press = () => {
    setTried(true)
    if (Object.keys(judgeGlass(typed.value)).length > 0) return
    const { reason, incident_link } = typed.value
    const input = { release: release.id, reason: reason.trim(), incident_link: incident_link.trim() }
    glass.mutate(input, { onSuccess })
  }
  return (
    <AskDialog
      title={say('window.glass.title', { release: release.label })}
      action={say('window.action.break_glass')}
      color="red"
      pending={glass.isPending}
      error={glass.error}
      about={{ release: release.label }}
      onClose={onClose}
      onConfirm={press}
    >
      <Alert color="red" variant="light" icon={<IconFlame />} role="note">
        {say('window.glass.text')}
      </Alert>
      {release.document_digest !== null && (
        <Text size="sm">
          {say('window.glass.document')} <Hash value={release.document_digest} />
        </Text>
      )}
      <Fields typed={typed} showProblems={tried} />
    </AskDialog>
  )
}

function Fields({ typed, showProblems }: { readonly typed: Draft<Glass>; readonly showProblems: boolean }) {
  const { say } = useWords()
  const { value, set } = typed
  const problems = judgeGlass(value)
  const wrong = (field: keyof Glass) => {
    const problem = problems[field]
    return showProblems && problem !== undefined ? say(problem) : undefined
  }
  return (
    <>
      <Textarea
        label={say('window.glass.reason')}
        required
        maxLength={4096}
        autosize
        minRows={2}
        value={value.reason}
        error={wrong('reason')}
        onChange={({ currentTarget }) => set({ ...value, reason: currentTarget.value })}
        data-autofocus
      />
      <TextInput
        label={say('window.glass.incident')}
        required
        type="url"
        maxLength={4096}
        value={value.incident_link}
        error={wrong('incident_link')}
        onChange={({ currentTarget }) => set({ ...value, incident_link: currentTarget.value })}
      />
    </>
  )
}
