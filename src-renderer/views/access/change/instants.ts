/** What a field for date and time holds (`2026-03-01T09:30`, the reader's time zone) as an instant; '' where it is none. */
export function instantOf(local: string): string {
  const at = new Date(local)
  return local === '' || Number.isNaN(at.getTime()) ? '' : at.toISOString()
}

/** An instant as a field for date and time takes it, to the minute, in the reader's time zone. */
export function localOf(instant: string | number): string {
  const at = new Date(instant)
  const shifted = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return shifted.toISOString().slice(0, 16)
}
