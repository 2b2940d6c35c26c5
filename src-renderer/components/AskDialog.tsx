import { Button, Group, Modal, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../words/words.ts'
import type { Params } from '../words/words.ts'
import { Failure } from './Failure.tsx'
import { useFocusGivenBack } from './focus.ts'

interface Props {
  readonly title: string
  /** The button that does it. */
  readonly action: string
  readonly color?: string
  readonly pending: boolean
  readonly error: unknown
  readonly about?: Params
  readonly onClose: () => void
  readonly onConfirm: () => void
  readonly children: ReactNode
}

/** A dialog with fields, a button that does it and one that doesn't; a refusal stands in it. */
export function AskDialog(props: Props) {
  const { say } = useWords()
  useFocusGivenBack()
  const { title, action, color = 'blue', pending, error, about = {}, onClose, onConfirm, children } = props
  return (
    <Modal opened onClose={onClose} title={title} size="lg">
      <Stack gap="md">
        {children}
        <Failure error={error} about={about} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {say('window.cancel')}
          </Button>
          <Button color={color} loading={pending} onClick={onConfirm}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
