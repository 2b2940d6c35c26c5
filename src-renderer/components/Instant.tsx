import { clockText, instantText, utcText } from '../words/instants.ts'
import { useWords } from '../words/words.ts'
import { useNow } from './clock.ts'

/** A moment in local time; hovering shows it in UTC. Nothing known is a dash. */
export function Instant({ at, short = false }: { readonly at: string | null; readonly short?: boolean }) {
  const { language } = useWords()
  if (at === null) return <>–</>
  return (
    <time dateTime={at} title={utcText(at)}>
      {instantText(at, language, short)}
    </time>
  )
}

/** A moment of a list that is read from top to bottom: the time of day, and the date only where it is another one. */
export function Clock({ at }: { readonly at: string | null }) {
  const { language } = useWords()
  const now = useNow(60_000)
  if (at === null) return <>–</>
  return (
    <time dateTime={at} title={utcText(at)} style={{ whiteSpace: 'nowrap' }}>
      {clockText(at, language, now)}
    </time>
  )
}
