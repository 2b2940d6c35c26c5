import { useHotkeys } from '@mantine/hooks'
import { useEffect, useId } from 'react'
import { create } from 'zustand'
import { isText } from '../words/words.ts'
import type { SayKey } from '../words/words.ts'

/** A key of this page; `key` as Mantine's hotkeys name it, such as `j`, `Enter` or `?`. */
export interface Shortcut {
  readonly key: string
  readonly label: SayKey
  readonly run: () => void
}
export type ListedShortcut = Pick<Shortcut, 'key' | 'label'>

const useRegistered = create<{ readonly pages: Readonly<Record<string, readonly ListedShortcut[]>> }>(() => ({
  pages: {},
}))

function without<T>(all: Readonly<Record<string, T>>, name: string): Record<string, T> {
  return Object.fromEntries(Object.entries(all).filter(([key]) => key !== name))
}

function listedIn(text: string): ListedShortcut[] {
  return text.split('\n').flatMap((line) => {
    const [key = '', label = ''] = line.split('\t')
    return isText(label) ? [{ key, label }] : []
  })
}

const pressable = 'a[href], button, summary, [role="button"], [role="menuitem"]'

/** A dialog that waits for an answer has the keyboard for itself, and Enter presses what has the focus. */
function isFree(event: KeyboardEvent): boolean {
  if (document.querySelector('[role="dialog"]') !== null) return false
  return event.key !== 'Enter' || !(event.target instanceof Element) || !event.target.matches(pressable)
}

function press(event: KeyboardEvent, run: () => void): void {
  if (!isFree(event)) return
  event.preventDefault()
  run()
}

/** A sign stands on a key of its own on some keyboards, and needs Shift on others. */
function bindings(key: string): string[] {
  return /^[^\w\s]$/.test(key) ? [key, `shift+${key}`] : [key]
}

/** Binds keys while the page is shown and lists them in the help. Keys typed into fields are left alone. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  const id = useId()
  useHotkeys(
    shortcuts.flatMap(({ key, run }) =>
      bindings(key).map((bound) => [bound, (event) => press(event, run), { preventDefault: false }]),
    ),
  )
  const listed = shortcuts.map(({ key, label }) => `${key}\t${label}`).join('\n')
  useEffect(() => {
    useRegistered.setState(({ pages }) => ({ pages: { ...pages, [id]: listedIn(listed) } }))
    return () => useRegistered.setState(({ pages }) => ({ pages: without(pages, id) }))
  }, [id, listed])
}

/** The keys that work right now. */
export function useListedShortcuts(): readonly ListedShortcut[] {
  return Object.values(useRegistered((state) => state.pages)).flat()
}
