import { Button, Code, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useWords } from '../words/words.ts'
import { Failure } from './Failure.tsx'
import { useFocusGivenBack } from './focus.ts'
import { shortHash } from './Hash.tsx'

interface Props {
  readonly opened: boolean
  readonly onClose: () => void
  readonly title: string
  /** Names exactly what is decided; its beginning is shown, to be compared with what others see. */
  readonly hash: string
  /** The button that does it, such as "Approve". */
  readonly action: string
  readonly color?: string
  readonly comment: 'none' | 'optional' | 'required'
  /** Text that was typed before, and where it is kept; without it, it is kept while the dialog is there. */
  readonly draft?: { readonly value: string; readonly set: (value: string) => void }
  readonly pending: boolean
  /** Nothing can be decided now; `children` say why. */
  readonly blocked?: boolean
  readonly error?: unknown
  readonly onConfirm: (comment: string) => void
  readonly children?: ReactNode
}

/** Asks once more before something is decided, and shows the short hash of what it is. */
export function ConfirmHash(props: Props) {
  const { say } = useWords()
  const { opened, onClose, title, hash, action, color = 'blue', comment, pending, error, onConfirm } = props
  useFocusGivenBack(opened)
  const [typed, type] = useState('')
  const text = props.draft?.value ?? typed
  const lacks = comment === 'required' && text.trim() === ''
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      <Stack gap="md">
        {props.children}
        <Text size="sm">
          {say('window.confirm.hash')} <Code fz="md">{shortHash(hash)}</Code>
        </Text>
        {comment !== 'none' && (
          <Textarea
            label={say(comment === 'required' ? 'window.confirm.comment_required' : 'window.confirm.comment')}
            required={comment === 'required'}
            maxLength={4096}
            autosize
            minRows={2}
            maxRows={8}
            value={text}
            onChange={({ currentTarget }) => (props.draft?.set ?? type)(currentTarget.value)}
            data-autofocus
          />
        )}
        <Failure error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {say('window.cancel')}
          </Button>
          <Button
            color={color}
            loading={pending}
            disabled={lacks || props.blocked === true}
            onClick={() => onConfirm(text.trim())}
          >
            {action} · {shortHash(hash)}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
