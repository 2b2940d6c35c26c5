import { Group, NativeSelect, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useEffect, useMemo, useRef, useState } from 'react'
import { visible } from '../words/visible.ts'
import { useWords } from '../words/words.ts'
import { matching } from './logLines.ts'
import type { LogLine } from './logLines.ts'
import styles from './LogView.module.css'
import { useWindowed } from './windowed.ts'

/** Log lines of one or more hosts, as they come; they can be narrowed, and followed or held still to read. */
export function LogView({ lines }: { readonly lines: readonly LogLine[] }) {
  const { say } = useWords()
  const [text, setText] = useState('')
  const [host, setHost] = useState('')
  const [follow, setFollow] = useState(true)
  const hosts = useMemo(() => [...new Set(lines.map((line) => line.host))], [lines])
  const shown = useMemo(() => matching(lines, host, text), [lines, host, text])
  if (lines.length === 0) return <Text c="dimmed">{say('window.logs.none')}</Text>
  return (
    <Stack gap="xs">
      <Group gap="sm" align="flex-end">
        <TextInput
          label={say('window.logs.filter')}
          size="xs"
          value={text}
          onChange={({ currentTarget }) => setText(currentTarget.value)}
        />
        {hosts.length > 1 && (
          <NativeSelect
            label={say('window.steps.host')}
            size="xs"
            value={host}
            onChange={({ currentTarget }) => setHost(currentTarget.value)}
            data={[{ value: '', label: say('window.all') }, ...hosts]}
          />
        )}
        <Switch
          label={say('window.logs.follow')}
          checked={follow}
          onChange={({ currentTarget }) => setFollow(currentTarget.checked)}
        />
      </Group>
      {shown.length === 0 ? (
        <Text c="dimmed">{say('window.logs.none_match')}</Text>
      ) : (
        <Lines lines={shown} follow={follow} withHost={hosts.length > 1} />
      )}
    </Stack>
  )
}

interface LinesProps {
  readonly lines: readonly LogLine[]
  readonly follow: boolean
  readonly withHost: boolean
}

function Lines({ lines, follow, withHost }: LinesProps) {
  const { say } = useWords()
  const place = useRef<HTMLDivElement>(null)
  const { items, height, measure, reveal } = useWindowed(place, lines.length, 18)
  const latest = useRef(reveal)
  useEffect(() => {
    latest.current = reveal
  })
  useEffect(() => {
    if (follow && lines.length > 0) latest.current(lines.length - 1)
  }, [follow, lines.length])
  return (
    <div
      ref={place}
      className={styles['lines']}
      role="log"
      aria-label={say('window.logs.lines')}
      aria-live="off"
      tabIndex={0}
    >
      <div style={{ height, position: 'relative' }}>
        {items.map(({ index, start }) => {
          const line = lines[index]
          if (line === undefined) return null
          return (
            <div
              key={index}
              ref={measure}
              data-index={index}
              className={styles['line']}
              style={{ transform: `translateY(${start}px)` }}
            >
              {withHost ? `${line.host}  ` : ''}
              {visible(line.line)}
            </div>
          )
        })}
      </div>
    </div>
  )
}
