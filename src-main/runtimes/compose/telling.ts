import { stripVTControlCharacters } from 'node:util'
import type { PilothouseError } from '../../../src-preload/contract/errors.ts'

/** Makes a text of a host fit to be told. */
export type Tell = (text: string) => string

/** Control characters can rewrite what a terminal shows; tab and line feed stay. */
const control = /(?![\t\n])\p{Cc}/gu

/** Secrets masked, escapes out; masked before and after, since a value may hold escapes or be split by them. */
export function teller(mask: (text: string) => string): Tell {
  return (text) => mask(stripVTControlCharacters(mask(text)).replace(control, ''))
}

/** A text of an error's data; empty where there is none. */
export function textOf(data: object, key: string): string {
  const value: unknown = new Map<string, unknown>(Object.entries(data)).get(key)
  return typeof value === 'string' ? value : ''
}

/** A whole number of an error's data. */
export function numberOf(data: object, key: string): number | null {
  const value: unknown = new Map<string, unknown>(Object.entries(data)).get(key)
  return typeof value === 'number' && Number.isInteger(value) ? value : null
}

/** The scalars of an error's data, for the placeholders of its texts. */
export function wordsOf(error: PilothouseError, tell: Tell): Record<string, string | number> {
  const entries: [string, unknown][] = Object.entries(error.data)
  return Object.fromEntries(
    entries.flatMap(([key, value]): [string, string | number][] => {
      if (typeof value === 'number') return [[key, value]]
      return typeof value === 'string' ? [[key, tell(value)]] : []
    }),
  )
}
