import { ActionIcon, Code, CopyButton, Group, Tooltip } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useWords } from '../words/words.ts'

/** The beginning of a digest that people compare: twelve hex digits, without the algorithm. */
export function shortHash(digest: string): string {
  return digest.replace(/^sha256:/, '').slice(0, 12)
}

/** A digest, short; the whole one on hover and on the clipboard. */
export function Hash({ value }: { readonly value: string }) {
  const { say } = useWords()
  return (
    <Group component="span" gap={2} wrap="nowrap" display="inline-flex" align="center">
      <Tooltip label={value} multiline maw={420} style={{ wordBreak: 'break-all' }}>
        <Code>{shortHash(value)}</Code>
      </Tooltip>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <ActionIcon
            size="sm"
            variant="subtle"
            color="gray"
            onClick={copy}
            aria-label={say(copied ? 'window.copied' : 'window.copy', { what: shortHash(value) })}
          >
            {copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
          </ActionIcon>
        )}
      </CopyButton>
    </Group>
  )
}
