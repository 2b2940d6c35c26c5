/** One line of a log, with the host that it came from. */
export interface LogLine {
  readonly host: string
  readonly line: string
}

/** Pages of a log as lines; an empty last line is none. */
export function linesIn(pages: readonly { readonly host: string; readonly text: string }[]): LogLine[] {
  return pages.flatMap(({ host, text }) =>
    text
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => ({ host, line })),
  )
}

/** The lines of one host (or of all, for an empty name) that hold a text, in any case. */
export function matching(lines: readonly LogLine[], host: string, text: string): readonly LogLine[] {
  const wanted = text.toLowerCase()
  if (host === '' && wanted === '') return lines
  return lines.filter(
    (line) => (host === '' || line.host === host) && line.line.toLowerCase().includes(wanted),
  )
}
