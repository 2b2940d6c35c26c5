import { Alert, Text } from '@mantine/core'
import { IconSnowflake } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Freeze } from '../../../../src-preload/contract/access.ts'
import { orpc } from '../../../transport/client.ts'
import { instantText } from '../../../words/instants.ts'
import { useWords } from '../../../words/words.ts'
import { freezesAhead } from '../freezes.ts'

interface Props {
  readonly project: string
  readonly stage: string
}

/** Freezes of the stage that are in force or announced: it can be approved, and has to wait. */
export function Frozen({ project, stage }: Props) {
  const { data } = useQuery(orpc.access.freezes.queryOptions({ input: { project } }))
  const [now] = useState(Date.now)
  return freezesAhead(data ?? [], stage, now).map((freeze) => <FreezeNote key={freeze.id} freeze={freeze} />)
}

function FreezeNote({ freeze }: { readonly freeze: Freeze }) {
  const { say, language } = useWords()
  const at = (instant: string) => instantText(instant, language, true)
  const { stage, reason, active } = freeze
  return (
    <Alert
      role="note"
      color="blue"
      variant="light"
      icon={<IconSnowflake aria-hidden />}
      title={say(active ? 'window.inbox.freeze.title' : 'window.inbox.freeze.coming', { stage })}
    >
      <Text size="sm">
        {say('window.inbox.freeze.words', { from: at(freeze.from), until: at(freeze.until), reason })}
      </Text>
      <Text size="sm">{say('window.inbox.freeze.effect')}</Text>
    </Alert>
  )
}
