import { Alert, Button, Code, Group, Paper, Stack, Table, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useState } from 'react'
import type { Comparison, Diff, ObjectChange } from '../../src-preload/contract/releases.ts'
import { visible } from '../words/visible.ts'
import { useWords } from '../words/words.ts'
import { ToneBadge } from './badges.tsx'
import { Documents } from './Documents.tsx'
import type { DocumentsOf } from './Documents.tsx'
import { changeSigns, changeTones } from './tones.ts'
import { Words } from './Words.tsx'

interface Props {
  /** A plan's diff, or the reader's own comparison, which also names where the plan's says something else. */
  readonly diff: Diff | Comparison
  /** The releases whose whole documents can be compared; loaded when somebody asks for them. */
  readonly documents?: DocumentsOf
}

/** What changes: in words, in numbers, object by object. A secret value says that it changed and shows neither side. */
export function DiffView({ diff, documents }: Props) {
  const { say } = useWords()
  return (
    <Stack gap="sm">
      {'claim_differs' in diff && <ClaimWarning differs={diff.claim_differs} />}
      <Words messages={diff.words} />
      <Text size="sm" c="dimmed">
        {say('window.diff.counts', diff.counts)}
      </Text>
      <Objects objects={diff.objects.filter(({ action }) => action !== 'unchanged')} />
      {documents !== undefined && <Documents {...documents} />}
    </Stack>
  )
}

function ClaimWarning({ differs }: { readonly differs: Comparison['claim_differs'] }) {
  const { say } = useWords()
  if (differs.length === 0) return null
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle />}
      title={say('window.diff.claim_differs')}
      role="alert"
    >
      <Text size="sm">{say('window.diff.claim_differs_text')}</Text>
      <Text size="sm" fw={600}>
        {differs.map(({ kind, name }) => visible(`${kind} ${name}`)).join(', ')}
      </Text>
    </Alert>
  )
}

/** How many objects are shown at first, and how many more each time. */
const portion = 40

function Objects({ objects }: { readonly objects: readonly ObjectChange[] }) {
  const { say } = useWords()
  const [shown, show] = useState(portion)
  return (
    <>
      {objects.slice(0, shown).map((object) => (
        <ObjectCard key={`${object.kind}/${object.name}`} object={object} />
      ))}
      {objects.length > shown && (
        <Button variant="default" onClick={() => show(shown + portion)}>
          {say('window.diff.more', { count: objects.length - shown })}
        </Button>
      )}
    </>
  )
}

function ObjectCard({ object }: { readonly object: ObjectChange }) {
  const { say } = useWords()
  return (
    <Paper withBorder p="sm">
      <Group gap="xs" mb={object.fields.length > 0 ? 'xs' : 0}>
        <Code aria-hidden>{changeSigns[object.action]}</Code>
        <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
          {visible(`${object.kind} ${object.name}`)}
        </Text>
        <ToneBadge tone={changeTones[object.action]} text={`window.change.${object.action}`} />
      </Group>
      {object.fields.length > 0 && (
        <FieldTable fields={object.fields} label={say('window.diff.fields_of', { name: object.name })} />
      )}
    </Paper>
  )
}

interface Field {
  readonly path: string
  readonly before: string | null
  readonly after: string | null
  readonly secret?: boolean
}

/** Old and new value of each field; also for what isn't a document, such as a policy. */
export function FieldTable({ fields, label }: { readonly fields: readonly Field[]; readonly label: string }) {
  const { say } = useWords()
  return (
    <Table aria-label={label} layout="fixed" verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="30%">{say('window.diff.field')}</Table.Th>
          <Table.Th>{say('window.diff.before')}</Table.Th>
          <Table.Th>{say('window.diff.after')}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {fields.map((field) => (
          <Table.Tr key={field.path}>
            <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: 'anywhere' }}>
              {visible(field.path)}
            </Table.Td>
            <Value field={field} side="before" />
            <Value field={field} side="after" />
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function Value({ field, side }: { readonly field: Field; readonly side: 'before' | 'after' }) {
  const { say } = useWords()
  if (field.secret === true) {
    return (
      <Table.Td fz="xs" c="dimmed">
        {side === 'before' ? '••••••' : say('window.diff.secret')}
      </Table.Td>
    )
  }
  const value = field[side]
  return (
    <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
      {value === null ? '–' : visible(value)}
    </Table.Td>
  )
}
