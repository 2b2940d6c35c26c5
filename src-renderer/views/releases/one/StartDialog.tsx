import { Text } from '@mantine/core'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { ConfirmHash } from '../../../components/ConfirmHash.tsx'
import { useWords } from '../../../words/words.ts'

interface Props {
  readonly release: Release
  readonly kind: 'start' | 'retry' | 'take_over'
  readonly onClose: () => void
  readonly onStart: () => void
}

/** Asks once more before something changes on a target; the hash is that of the document that will run there. */
export function StartDialog({ release, kind, onClose, onStart }: Props) {
  const { say } = useWords()
  const { target, document_digest } = release
  return (
    <ConfirmHash
      opened
      onClose={onClose}
      title={say(`window.start.title_${kind}`, { release: release.label })}
      hash={document_digest ?? ''}
      action={say(`window.action.${kind}`)}
      comment="none"
      pending={false}
      blocked={document_digest === null}
      onConfirm={onStart}
    >
      <Text size="sm">{say(`window.start.text_${kind}`, { target: target.name, stage: target.stage })}</Text>
    </ConfirmHash>
  )
}
