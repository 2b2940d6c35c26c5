import type { Language } from '../state/preferences.ts'

/** A moment as people of that language write it, in the local time zone; `short` leaves seconds out. */
export function instantText(at: string, language: Language, short = false): string {
  return new Intl.DateTimeFormat(language, {
    dateStyle: short ? 'short' : 'medium',
    timeStyle: short ? 'short' : 'medium',
  }).format(new Date(at))
}

/** The time of day alone, where the moment is of the same day here as `now` (milliseconds since 1970). */
export function clockText(at: string, language: Language, now: number): string {
  const moment = new Date(at)
  if (moment.toDateString() !== new Date(now).toDateString()) return instantText(at, language)
  return new Intl.DateTimeFormat(language, { timeStyle: 'medium' }).format(moment)
}

/** The same moment in UTC, to compare with the record: `2026-01-02 03:04:05 UTC`. */
export function utcText(at: string): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** What is left of a span in minutes and seconds, `4:05`, or hours before them; never below zero. */
export function remainingText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  const tail = `${String(seconds % 60).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}
