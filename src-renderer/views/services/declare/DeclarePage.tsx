import {
  Alert,
  Anchor,
  Button,
  FileButton,
  Group,
  List,
  Stack,
  Text,
  TextInput,
  Textarea,
} from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { Link } from 'wouter'
import type { TicketId } from '../../../../src-preload/contract/vocabulary.ts'
import { Failure } from '../../../components/Failure.tsx'
import { Page, Section } from '../../../components/Page.tsx'
import { useWords } from '../../../words/words.ts'
import { Changes } from './Changes.tsx'
import { exampleFile } from './example.ts'
import type { Reading } from './read.ts'
import { isWholePath } from './read.ts'
import { useDeclaring } from './useDeclaring.ts'
import type { Declaring } from './useDeclaring.ts'

/** Declares services and targets from a `pilothouse.yaml`: read while it is typed, compared, then applied. */
export function DeclarePage() {
  const { say } = useWords()
  const declaring = useDeclaring()
  const { look, apply, looked, moved } = declaring
  return (
    <Page title={say('window.declare.title')}>
      <Text maw={760}>{say('window.declare.text')}</Text>
      <Typing declaring={declaring} />
      <Verdict reading={declaring.reading} />
      <Group>
        <Button
          onClick={declaring.compare}
          loading={look.isPending}
          disabled={!declaring.ready}
          variant={looked === null ? 'filled' : 'default'}
        >
          {say('window.declare.look')}
        </Button>
      </Group>
      <Failure error={look.error} />
      {looked !== null && apply.data === undefined && (
        <Section title={say('window.declare.changes')}>
          <Changes changes={looked} />
          {moved && <Text role="alert">{say('window.declare.moved')}</Text>}
          <Failure error={apply.error} />
          <Group>
            <Button
              onClick={declaring.carryOut}
              loading={apply.isPending}
              disabled={moved || !declaring.ready}
            >
              {say('window.declare.apply')}
            </Button>
          </Group>
        </Section>
      )}
      {apply.data !== undefined && !moved && <Applied tickets={apply.data.tickets} />}
    </Page>
  )
}

function Typing({ declaring }: { readonly declaring: Declaring }) {
  const { say } = useWords()
  const { text, directory, type } = declaring
  const wrong = directory !== '' && !isWholePath(directory)
  const open = async (file: File | null) => {
    if (file !== null) type({ text: await file.text() })
  }
  return (
    <Stack gap="sm" maw={860}>
      <TextInput
        label={say('window.declare.directory')}
        description={say('window.declare.directory_text')}
        required
        value={directory}
        error={wrong ? say('window.declare.problem.directory') : undefined}
        onChange={({ currentTarget }) => type({ directory: currentTarget.value.trim() })}
      />
      <Textarea
        label={say('window.declare.file')}
        required
        autosize
        minRows={14}
        maxRows={30}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
        value={text}
        onChange={({ currentTarget }) => type({ text: currentTarget.value })}
      />
      <Group>
        <FileButton accept=".yaml,.yml" onChange={(file) => void open(file)}>
          {(props) => (
            <Button {...props} variant="default">
              {say('window.declare.open_file')}
            </Button>
          )}
        </FileButton>
        {text === '' && (
          <Button variant="default" onClick={() => type({ text: exampleFile })}>
            {say('window.declare.example')}
          </Button>
        )}
      </Group>
    </Stack>
  )
}

function Verdict({ reading }: { readonly reading: Reading }) {
  const { say } = useWords()
  switch (reading.kind) {
    case 'empty':
      return null
    case 'too_large':
      return (
        <Alert color="red" role="status">
          {say('window.declare.problem.too_large')}
        </Alert>
      )
    case 'read': {
      const { project, targets, services } = reading.file
      return (
        <Text size="sm" role="status">
          {say('window.declare.readable', { project, targets: targets.length, services: services.length })}
        </Text>
      )
    }
    case 'refused':
      return (
        <Alert color="red" variant="light" title={say('window.declare.problems')} role="status">
          <List size="sm">
            {reading.problems.map(({ line, column, path, problem }) => (
              <List.Item key={`${line}:${column} ${path} ${problem}`}>
                {[say('window.declare.line', { line, column }), path, problem]
                  .filter((part) => part !== '')
                  .join(': ')}
              </List.Item>
            ))}
          </List>
        </Alert>
      )
  }
}

function Applied({ tickets }: { readonly tickets: readonly TicketId[] }) {
  const { say } = useWords()
  return (
    <Alert
      color="teal"
      variant="light"
      icon={<IconCircleCheck />}
      title={say('window.declare.applied')}
      role="status"
    >
      <Stack gap="xs">
        <Text size="sm">{say('window.declare.applied_text')}</Text>
        {tickets.length > 0 && (
          <>
            <Text size="sm">{say('window.declare.tickets')}</Text>
            <List size="sm">
              {tickets.map((id) => (
                <List.Item key={id}>
                  <Anchor component={Link} href={`/inbox/${id}`} size="sm">
                    {say('window.declare.ticket', { id: id.slice(0, 8) })}
                  </Anchor>
                </List.Item>
              ))}
            </List>
          </>
        )}
        <Group>
          <Button component={Link} href="/releases/new">
            {say('window.declare.to_release')}
          </Button>
          <Button component={Link} href="/services" variant="default">
            {say('window.declare.to_services')}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}
