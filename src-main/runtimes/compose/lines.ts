/** In characters; a line that goes on is told as several. */
const longest = 4096

/** Cuts a growing log into lines, whatever the sizes in which it comes. */
export interface Lines {
  /** The lines that these bytes end. */
  add(bytes: Uint8Array): string[]
  /** What came after the last line's end. */
  rest(): string[]
}

/** UTF-8 bytes to lines, without line ends; a carriage return begins a line anew, as progress bars mean it. */
export function createLines(): Lines {
  const decoder = new TextDecoder()
  let open = ''
  const cut = (text: string): string[] => {
    const parts = (open + text).split('\n')
    open = parts.pop() ?? ''
    const lines = parts.map(shown)
    while (open.length > longest) {
      lines.push(open.slice(0, longest))
      open = open.slice(longest)
    }
    return lines.flatMap(pieces)
  }
  return {
    add: (bytes) => cut(decoder.decode(bytes, { stream: true })),
    rest: () => {
      const last = cut(decoder.decode())
      const end = shown(open)
      open = ''
      return end === '' ? last : [...last, ...pieces(end)]
    },
  }
}

function shown(line: string): string {
  const parts = line.replace(/\r+$/, '').split('\r')
  return parts.at(-1) ?? ''
}

function pieces(line: string): string[] {
  if (line.length <= longest) return [line]
  return Array.from({ length: Math.ceil(line.length / longest) }, (_, index) =>
    line.slice(index * longest, (index + 1) * longest),
  )
}
