import { List } from '@mantine/core'
import { useWords } from '../words/words.ts'
import type { Said } from '../words/words.ts'

/** Messages as a list. */
export function Words({ messages }: { readonly messages: readonly Said[] }) {
  const { say } = useWords()
  const lines = messages.map((message) => say(message))
  return (
    <List size="sm" spacing={2}>
      {[...new Set(lines)].map((line) => (
        <List.Item key={line} style={{ overflowWrap: 'anywhere' }}>
          {line}
        </List.Item>
      ))}
    </List>
  )
}
