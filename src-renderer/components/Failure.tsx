import { Alert, Code, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useWords } from '../words/words.ts'
import type { Params } from '../words/words.ts'
import { failureWords } from './failureWords.ts'

interface Props {
  readonly error: unknown
  /** For placeholders that the failure does not fill itself, such as `release`. */
  readonly about?: Params
  /** What to do about it, as buttons. */
  readonly children?: ReactNode
}

/** A failure: what happened, what to do next, its code, and what lay beneath. Nothing where there is no error. */
export function Failure({ error, about = {}, children }: Props) {
  const { say } = useWords()
  if (error === null || error === undefined) return null
  const { code, text, hint, details, causes } = failureWords(error, say, about)
  return (
    <Alert color="red" variant="light" icon={<IconAlertTriangle />} title={text} role="alert">
      <Stack gap="xs">
        <Text size="sm">{hint}</Text>
        {details.length > 0 && <Lines lines={details} />}
        {causes.length > 0 && (
          <>
            <Text size="sm" fw={600}>
              {say('window.causes')}
            </Text>
            <Lines lines={causes} />
          </>
        )}
        <Text size="xs">
          <Code>{code}</Code>
        </Text>
        {children}
      </Stack>
    </Alert>
  )
}

function Lines({ lines }: { readonly lines: readonly string[] }) {
  return (
    <List size="sm">
      {lines.map((line) => (
        <List.Item key={line} style={{ overflowWrap: 'anywhere' }}>
          {line}
        </List.Item>
      ))}
    </List>
  )
}
