import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { z } from 'zod'
import type { ConfigChange, ConfigFile } from '../../../../src-preload/contract/config.ts'
import { useDraft } from '../../../state/drafts.ts'
import { client } from '../../../transport/client.ts'
import { useCommand } from '../../../transport/command.ts'
import { isWholePath, readConfig } from './read.ts'

const draft = z.object({ text: z.string(), directory: z.string() })
const nothing = { text: '', directory: '' }
type Typed = z.infer<typeof draft>

interface Input {
  readonly file: ConfigFile
  readonly directory: string
}

function sameText(a: Typed | null, b: Typed): boolean {
  return a !== null && a.text === b.text && a.directory === b.directory
}

/** The text, what it is read as, what it would change, and applying it. What was compared is what is applied. */
export function useDeclaring() {
  const queries = useQueryClient()
  const { value, set } = useDraft('declare', draft, nothing)
  const [compared, setCompared] = useState<Typed | null>(null)
  const [looked, setLooked] = useState<readonly ConfigChange[] | null>(null)
  const reading = useMemo(() => readConfig(value.text), [value.text])
  const look = useMutation({ mutationFn: (input: Input) => client.config.diff(input) })
  const apply = useCommand((input: Input, command_id) => client.config.apply({ ...input, command_id }))
  const input: Input | null =
    reading.kind === 'read' && isWholePath(value.directory)
      ? { file: reading.file, directory: value.directory }
      : null
  const compare = () => {
    if (input === null) return
    apply.reset()
    look.mutate(input, {
      onSuccess: (changes) => {
        setCompared(value)
        setLooked(changes)
      },
    })
  }
  const carryOut = () => {
    if (input !== null) apply.mutate(input, { onSuccess: () => void queries.invalidateQueries() })
  }
  return {
    ...value,
    type: (change: Partial<Typed>) => set({ ...value, ...change }),
    reading,
    ready: input !== null,
    look,
    looked,
    /** Whether the text is another one than that which was compared. */
    moved: !sameText(compared, value),
    apply,
    compare,
    carryOut,
  }
}
export type Declaring = ReturnType<typeof useDeclaring>
