import { isPilothouseError } from '../../../src-preload/contract/errors.ts'
import { follow } from '../../engine/progressFeed.ts'
import type { Engine } from '../../engine/engine.ts'
import type { ReportDefect } from './contractHandler.ts'

/** Releases that this process carries out, whoever still watches. */
export interface Runs {
  /** The engine, with its runs counted. */
  readonly engine: Engine
  /** How many are under way. */
  running(): number
  /** Waits for the end of all of them. */
  settled(): Promise<void>
}

/** Work that is waited for before the process ends. */
interface Kept {
  /** Whether it carries a release out, or still looks for one. */
  begun: boolean
}

/**
 * Keeps a run from depending on who started it: a browser that goes away (a closed lid, a cut tunnel) leaves a release
 * running, and its end is in the record. To stop one, somebody aborts it.
 */
export function keepRuns(engine: Engine, report: ReportDefect): Runs {
  const open = new Map<Kept, Promise<void>>()
  const keep = <T>(work: (begun: () => void) => Promise<T>): Promise<T> => {
    const kept: Kept = { begun: false }
    const done = work(() => {
      kept.begun = true
    })
    const ended = done
      .then(
        () => undefined,
        (error: unknown) => {
          // An expected failure is in the record and told to whoever watches; a defect may have no other witness.
          if (!isPilothouseError(error)) report(error)
        },
      )
      .finally(() => open.delete(kept))
    open.set(kept, ended)
    return done
  }
  const start: Engine['start'] = (reference) =>
    follow((push) =>
      keep(async (begun) => {
        begun()
        for await (const progress of engine.start(reference)) push(progress)
      }),
    )
  const carryOutDue: Engine['carryOutDue'] = (push, signal) =>
    keep((begun) =>
      engine.carryOutDue((progress) => {
        begun()
        push(progress)
      }, signal),
    )
  return {
    engine: { ...engine, start, carryOutDue },
    running: () => [...open.keys()].filter((kept) => kept.begun).length,
    settled: async () => {
      while (open.size > 0) await Promise.all(open.values())
    },
  }
}
