import { Code, Group, Paper, Stack, Text } from '@mantine/core'
import type { ConfigChange } from '../../../../src-preload/contract/config.ts'
import { ToneBadge } from '../../../components/badges.tsx'
import { FieldTable } from '../../../components/DiffView.tsx'
import { changeSigns, changeTones } from '../../../components/tones.ts'
import { useWords } from '../../../words/words.ts'

/** What applying the file changes, an entry a noun. */
export function Changes({ changes }: { readonly changes: readonly ConfigChange[] }) {
  const { say } = useWords()
  const differing = changes.filter(({ action }) => action !== 'unchanged')
  if (differing.length === 0) return <Text size="sm">{say('window.declare.unchanged')}</Text>
  return (
    <Stack gap="sm">
      {differing.map((change) => (
        <Change key={`${change.noun} ${change.name}`} change={change} />
      ))}
    </Stack>
  )
}

function Change({ change }: { readonly change: ConfigChange }) {
  const { say } = useWords()
  const { noun, name, action, fields } = change
  return (
    <Paper withBorder p="sm">
      <Group gap="xs" mb={fields.length > 0 ? 'xs' : 0}>
        <Code aria-hidden>{changeSigns[action]}</Code>
        <Text fw={600}>{say(`window.declare.noun.${noun}`, { name })}</Text>
        <ToneBadge tone={changeTones[action]} text={`window.change.${action}`} />
      </Group>
      {fields.length > 0 && <FieldTable fields={fields} label={say('window.diff.fields_of', { name })} />}
    </Paper>
  )
}
