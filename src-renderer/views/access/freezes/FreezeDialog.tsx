import { Group, Textarea } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../../transport/client.ts'
import { instantText } from '../../../words/instants.ts'
import { useWords } from '../../../words/words.ts'
import { AskDialog } from '../change/AskDialog.tsx'
import { InstantField, ProjectChoice, StageChoice } from '../change/fields.tsx'
import { localOf } from '../change/instants.ts'
import type { Problems } from '../change/judged.ts'
import { freezeAsked } from './freezeAsked.ts'
import type { FreezeForm, NewFreeze } from './freezeAsked.ts'

interface Props {
  readonly project: string | null
  readonly onClose: () => void
}

/** Lets nothing start on a stage for a while. It only tightens, so it counts at once. */
export function FreezeDialog({ project, onClose }: Props) {
  const { say, language } = useWords()
  const at = (instant: string) => instantText(instant, language, true)
  const [form, setForm] = useState<FreezeForm>(() => ({
    project: project ?? '',
    stage: '',
    from: localOf(Date.now()),
    until: '',
    reason: '',
  }))
  const set = (change: Partial<FreezeForm>) => setForm((before) => ({ ...before, ...change }))
  return (
    <AskDialog<NewFreeze>
      title={say('window.access.freezes.title')}
      judge={() => freezeAsked(form, Date.now())}
      words={({ from, until, ...freeze }) => [
        say('window.access.freezes.words', { ...freeze, from: at(from), until: at(until) }),
        freeze.reason,
      ]}
      counts="at_once"
      asksReason={false}
      send={async (freeze, command_id) => {
        await client.access.freeze({ command_id, ...freeze })
        return { ticket: null }
      }}
      onClose={onClose}
    >
      {(problems) => <Fields form={form} set={set} problems={problems} />}
    </AskDialog>
  )
}

interface FieldsProps {
  readonly form: FreezeForm
  readonly set: (change: Partial<FreezeForm>) => void
  readonly problems: Problems
}

function Fields({ form, set, problems }: FieldsProps) {
  const { say } = useWords()
  return (
    <>
      <Group grow align="flex-start">
        <ProjectChoice
          label={say('window.access.project')}
          value={form.project}
          onChange={(chosen) => set({ project: chosen, stage: '' })}
          problem={problems['project']}
        />
        <StageChoice
          label={say('window.access.stage')}
          project={form.project}
          value={form.stage}
          onChange={(stage) => set({ stage })}
          problem={problems['stage']}
        />
      </Group>
      <Group grow align="flex-start">
        <InstantField
          label={say('window.access.from')}
          value={form.from}
          onChange={(from) => set({ from })}
          problem={problems['from']}
        />
        <InstantField
          label={say('window.access.until')}
          value={form.until}
          onChange={(until) => set({ until })}
          problem={problems['until']}
        />
      </Group>
      <Textarea
        label={say('window.access.reason')}
        description={say('window.access.freezes.reason_explained')}
        value={form.reason}
        onChange={({ currentTarget }) => set({ reason: currentTarget.value })}
        error={problems['reason'] === undefined ? undefined : say(problems['reason'])}
        maxLength={4096}
        autosize
        minRows={2}
        withAsterisk
      />
    </>
  )
}
