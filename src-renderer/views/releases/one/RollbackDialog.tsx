import { NativeSelect, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { z } from 'zod'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { AskDialog } from '../../../components/AskDialog.tsx'
import { useDraft } from '../../../state/drafts.ts'
import { client, orpc } from '../../../transport/client.ts'
import { useCommand } from '../../../transport/command.ts'
import type { CommandInput } from '../../../transport/command.ts'
import { instantText } from '../../../words/instants.ts'
import { useWords } from '../../../words/words.ts'
import { restorable } from './restorable.ts'

const draft = z.object({ to: z.string(), reason: z.string() })
const nothing = { to: '', reason: '' }
type Input = CommandInput<typeof client.releases.rollback>

interface Props {
  readonly release: Release
  readonly onClose: () => void
}

function useEarlier(release: Release): { value: string; label: string }[] {
  const { say, language } = useWords()
  const { project, service, target } = release
  const all = useQuery(
    orpc.releases.list.queryOptions({
      input: { project, service: service.name, target: target.name, limit: 200 },
    }),
  ).data
  const earlier = restorable(release, all ?? []).map((each) => ({
    value: each.id,
    label: `${each.label} ${each.version_label ?? ''} (${instantText(each.updated_at, language, true)})`,
  }))
  return [{ value: '', label: say('window.rollback.before') }, ...earlier]
}

/** Plans the way back to an earlier document; the plan is read and asked for like any other. */
export function RollbackDialog({ release, onClose }: Props) {
  const { say } = useWords()
  const [, navigate] = useLocation()
  const { value, set, clear } = useDraft(`release:${release.id}:rollback`, draft, nothing)
  const back = useCommand((input: Input, command_id) => client.releases.rollback({ ...input, command_id }))
  const to = value.to === '' ? {} : { to: value.to }
  const onSuccess = ({ release: planned }: { readonly release: Release }) => {
    clear()
    onClose()
    navigate(`/releases/${planned.label}/plan`)
  }
  return (
    <AskDialog
      title={say('window.rollback.title', { release: release.label })}
      action={say('window.rollback.plan')}
      pending={back.isPending}
      error={back.error}
      about={{ release: release.label }}
      onClose={onClose}
      onConfirm={() =>
        back.mutate({ release: release.id, reason: value.reason.trim(), ...to }, { onSuccess })
      }
    >
      <Text size="sm">{say('window.rollback.text')}</Text>
      <NativeSelect
        label={say('window.rollback.to')}
        value={value.to}
        onChange={({ currentTarget }) => set({ ...value, to: currentTarget.value })}
        data={useEarlier(release)}
      />
      <Textarea
        label={say('window.plan.reason')}
        maxLength={4096}
        autosize
        minRows={2}
        value={value.reason}
        onChange={({ currentTarget }) => set({ ...value, reason: currentTarget.value })}
        data-autofocus
      />
    </AskDialog>
  )
}
