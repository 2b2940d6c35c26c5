import { lifeOf } from './container.ts'
import type { Container } from './container.ts'
import { endCode } from './life.ts'

export interface LogLine {
  readonly at: number
  readonly text: string
}

const keptRuns = 20

/** What a container has said until `now`, oldest first: its last runs, each with its beginning and its end. */
export function containerLog(container: Container, now: number): LogLine[] {
  const life = lifeOf(container, now)
  if (container.started === null || life.status === 'created') return []
  const { run, backoff } = container.tempo
  const first = container.started
  const from = Math.max(0, life.restarts - keptRuns + 1)
  const runs = Array.from({ length: life.restarts - from + 1 }, (_, index) => from + index)
  const until = Math.min(now, container.stopped?.at ?? now)
  const lines = runs.flatMap((index) => sayings(container, first + index * (run + backoff)))
  const stopping = container.stopped !== null && endCode(container.behaviour) === undefined
  const end = stopping ? [{ at: until, text: 'simulated program: received SIGTERM, stopping' }] : []
  return [...lines.filter(({ at }) => at <= until), ...end]
}

function sayings(container: Container, start: number): LogLine[] {
  const { behaviour, tempo, image, ports } = container
  const say = (after: number, text: string): LogLine => ({
    at: start + after,
    text: `simulated program: ${text}`,
  })
  const port = ports.find((each) => each.published !== null)?.published
  const ready = port === undefined ? 'ready' : `ready, published on port ${port}`
  const begin = say(0, `${image.name} starting as ${container.name}`)
  switch (behaviour) {
    case 'healthy':
      return [begin, say(10, ready)]
    case 'failing-health':
      return [begin, say(10, ready), say(20, 'error: dependency unavailable, answering 503')]
    case 'slow':
      return [begin, say(10, 'warming up, this takes a while'), say(tempo.slow, ready)]
    case 'crash-loop':
      return [
        begin,
        say(tempo.run / 2, 'fatal: can not read its configuration'),
        say(tempo.run, 'exiting with code 1'),
      ]
    case 'exit-0':
      return [begin, say(tempo.run, 'work done, exiting with code 0')]
  }
}
