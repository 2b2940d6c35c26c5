import { Button } from '@mantine/core'
import { useState } from 'react'
import type { ReactNode } from 'react'
import { useWords } from '../../words/words.ts'

/** How many stand on the page at first, and how many more each time. */
const portion = 50

interface Props<T> {
  readonly items: readonly T[]
  readonly children: (item: T) => ReactNode
}

/** A long list in portions, so that a page of thousands stays quick. */
export function Portions<T>({ items, children }: Props<T>) {
  const { say } = useWords()
  const [shown, show] = useState(portion)
  return (
    <>
      {items.slice(0, shown).map(children)}
      {items.length > shown && (
        <Button variant="default" style={{ alignSelf: 'flex-start' }} onClick={() => show(shown + portion)}>
          {say('window.access.more', { count: items.length - shown })}
        </Button>
      )}
    </>
  )
}
