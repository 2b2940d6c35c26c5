import { Button, Loader, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { skipToken, useQuery } from '@tanstack/react-query'
import { Suspense, lazy } from 'react'
import { orpc } from '../transport/client.ts'
import { useWords } from '../words/words.ts'
import { Failure } from './Failure.tsx'
import { laidOut } from './laidOut.ts'

const Merge = lazy(() => import('./Merge.tsx'))

/** Labels or ids of releases; `before` is null where nothing was applied before. */
export interface DocumentsOf {
  readonly before: string | null
  readonly after: string
}

/** The whole documents beside each other, exactly as they are stored, when somebody asks for them. */
export function Documents(documents: DocumentsOf) {
  const { say } = useWords()
  const [shown, { toggle }] = useDisclosure(false)
  return (
    <Stack gap="xs" align="stretch">
      <Button variant="default" onClick={toggle} aria-expanded={shown} style={{ alignSelf: 'flex-start' }}>
        {say(shown ? 'window.documents.hide' : 'window.documents.show')}
      </Button>
      {shown && <Both {...documents} />}
    </Stack>
  )
}

function Both({ before, after }: DocumentsOf) {
  const { say } = useWords()
  const old = useQuery(
    orpc.releases.document.queryOptions({ input: before === null ? skipToken : { release: before } }),
  )
  const now = useQuery(orpc.releases.document.queryOptions({ input: { release: after } }))
  const error = now.error ?? old.error
  if (error !== null) return <Failure error={error} about={{ release: after }} />
  if (now.data === undefined || (before !== null && old.data === undefined)) return <Loader size="sm" />
  return (
    <>
      <Text size="sm" c="dimmed">
        {before === null ? say('window.documents.first') : say('window.documents.both', { before, after })}
      </Text>
      <Suspense fallback={<Loader size="sm" />}>
        <Merge before={laidOut(old.data?.text ?? '')} after={laidOut(now.data.text)} />
      </Suspense>
    </>
  )
}
