import { useComputedColorScheme } from '@mantine/core'
import { MergeView } from '@codemirror/merge'
import { EditorView, minimalSetup } from 'codemirror'
import { useEffect, useRef } from 'react'
import { useWords } from '../words/words.ts'

interface Props {
  readonly before: string
  readonly after: string
}

function look(dark: boolean, label: string) {
  return [
    minimalSetup,
    EditorView.editable.of(false),
    EditorView.lineWrapping,
    EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
    EditorView.theme(
      {
        '&': {
          fontSize: '12px',
          backgroundColor: 'var(--mantine-color-body)',
          color: 'var(--mantine-color-text)',
        },
        '.cm-collapsedLines': { color: 'inherit', background: 'var(--mantine-color-default-hover)' },
      },
      { dark },
    ),
  ]
}

/** Two texts side by side with what differs marked and long equal parts folded. Loaded when it is first needed. */
export default function Merge({ before, after }: Props) {
  const { say } = useWords()
  const dark = useComputedColorScheme('light') === 'dark'
  const place = useRef<HTMLDivElement>(null)
  const [old, now] = [say('window.documents.before'), say('window.documents.after')]
  useEffect(() => {
    if (place.current === null) return
    const view = new MergeView({
      a: { doc: before, extensions: look(dark, old) },
      b: { doc: after, extensions: look(dark, now) },
      parent: place.current,
      collapseUnchanged: { margin: 3, minSize: 6 },
      diffConfig: { scanLimit: 2_000, timeout: 2_000 },
    })
    return () => view.destroy()
  }, [before, after, dark, old, now])
  return (
    <div
      ref={place}
      style={{ border: '1px solid var(--mantine-color-default-border)', overflow: 'auto', maxHeight: '70vh' }}
    />
  )
}
