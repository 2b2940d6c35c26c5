import { Center, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { useSession } from '../transport/session.ts'
import { useWords } from '../words/words.ts'

/** Lets nobody in without a session, and says how to get one. */
export function Gate({ children }: { readonly children: ReactNode }) {
  const { say } = useWords()
  const session = useSession((state) => state.session)
  if (session === 'entered') return children
  return (
    <Center mih="100dvh" p="md" component="main">
      {session === 'checking' ? (
        <Loader aria-label={say('window.gate.checking')} />
      ) : (
        <Paper withBorder p="xl" maw={520}>
          <Stack gap="sm">
            <Title order={1} size="h3">
              {say(`window.gate.${session}`)}
            </Title>
            <Text>{say(`window.gate.${session}_text`)}</Text>
          </Stack>
        </Paper>
      )}
    </Center>
  )
}
