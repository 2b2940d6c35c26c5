import { Group, Text } from '@mantine/core'
import { useState } from 'react'
import type { AccessChange, Delegation } from '../../../../src-preload/contract/access.ts'
import type { Member } from '../../../../src-preload/contract/members.ts'
import { client } from '../../../transport/client.ts'
import { useMe } from '../../../transport/me.ts'
import { useWords } from '../../../words/words.ts'
import { AskDialog } from '../change/AskDialog.tsx'
import type { AskProps } from '../change/AskDialog.tsx'
import { ChangeDialog } from '../change/ChangeDialog.tsx'
import { InstantField, LoginChoice } from '../change/fields.tsx'
import { instantOf, localOf } from '../change/instants.ts'
import type { Problems } from '../change/judged.ts'

/** One's own delegate is asked for by a procedure of its own, which takes no right over access. */
const sendOwn: AskProps<AccessChange>['send'] = async (change, command_id, reason) => {
  if (change.kind !== 'delegate') return client.access.change({ command_id, change, reason })
  const { to, from, until } = change
  return client.access.delegate({ command_id, to, from, until, reason })
}

interface Props {
  /** One's own delegate, or somebody else's. */
  readonly own: boolean
  readonly onClose: () => void
}

/** Lets somebody decide in one's own or another person's place for a while. */
export function DelegateDialog({ own, onClose }: Props) {
  const { say } = useWords()
  const { me } = useMe()
  const [form, setForm] = useState(() => ({ person: '', to: '', from: localOf(Date.now()), until: '' }))
  const set = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }))
  const mine = me?.member
  const person = own ? (mine?.login ?? '') : form.person
  const human = ({ kind, active }: Member) => kind === 'human' && active
  const another = (member: Member) => human(member) && !(own && member.person.id === mine?.person.id)
  return (
    <ChangeDialog
      title={say(own ? 'window.access.delegates.title' : 'window.access.delegates.title_other')}
      asked={{
        kind: 'delegate',
        person,
        to: form.to,
        from: instantOf(form.from),
        until: instantOf(form.until),
      }}
      {...(own ? { send: sendOwn } : {})}
      onClose={onClose}
    >
      {(problems) => (
        <>
          <Text size="sm" c="dimmed">
            {say('window.access.delegates.explained')}
          </Text>
          {!own && (
            <LoginChoice
              label={say('window.access.delegates.person')}
              value={form.person}
              onChange={(chosen) => set({ person: chosen })}
              problem={problems['person']}
              fits={human}
            />
          )}
          <LoginChoice
            label={say('window.access.delegates.to')}
            value={form.to}
            onChange={(to) => set({ to })}
            problem={problems['to']}
            fits={another}
          />
          <Span form={form} set={set} problems={problems} />
        </>
      )}
    </ChangeDialog>
  )
}

interface SpanProps {
  readonly form: { readonly from: string; readonly until: string }
  readonly set: (change: { readonly from?: string; readonly until?: string }) => void
  readonly problems: Problems
}

function Span({ form, set, problems }: SpanProps) {
  const { say } = useWords()
  return (
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
  )
}

interface EndProps {
  readonly delegation: Delegation
  readonly onClose: () => void
}

/** Ends a delegation before its time; it only tightens, so it counts at once. */
export function EndDialog({ delegation, onClose }: EndProps) {
  const { say } = useWords()
  const names = { to: delegation.to.name, person: delegation.person.name }
  return (
    <AskDialog<Delegation>
      title={say('window.access.delegates.end_title')}
      judge={() => ({ kind: 'complete', value: delegation })}
      words={() => [say('window.access.delegates.end_words', names)]}
      counts="at_once"
      asksReason={false}
      send={async ({ id }, command_id) => {
        await client.access.end_delegation({ command_id, delegation: id })
        return { ticket: null }
      }}
      onClose={onClose}
    />
  )
}
