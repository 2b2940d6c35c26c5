import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import type { ApiContext } from '../../../src-main/api/surroundings.ts'
import type { Engine } from '../../../src-main/engine/engine.ts'
import { serveLoopback } from '../../../src-main/entry/loopback.ts'
import type { Loopback, LoopbackOptions } from '../../../src-main/entry/loopback.ts'
import type { Access } from '../../../src-main/ports/access.ts'
import type { Ledger } from '../../../src-main/ports/ledger.ts'
import type { Reads } from '../../../src-main/ports/reads.ts'
import { aClock } from './aClock.ts'
import type { HandClock } from './aClock.ts'

export const page =
  '<!doctype html><title>a window</title><script type="module" src="/assets/main-1a2b.js"></script>'

/** A folder as the build leaves one, and something beside it that nobody may read. */
export function aWindowFolder(): string {
  const parent = mkdtempSync(path.join(tmpdir(), 'pilothouse-window-'))
  const folder = path.join(parent, 'renderer')
  mkdirSync(path.join(folder, 'assets'), { recursive: true })
  writeFileSync(path.join(folder, 'index.html'), page)
  writeFileSync(path.join(folder, 'assets', 'main-1a2b.js'), 'export {}\n')
  writeFileSync(path.join(folder, '.hidden'), 'hidden\n')
  writeFileSync(path.join(parent, 'outside.txt'), 'outside\n')
  return folder
}

/** What a hand-made engine answers with; anything else is not expected and fails. */
export interface Given {
  readonly engine?: Partial<Engine>
  readonly reads?: Partial<Reads>
  readonly ledger?: Partial<Ledger>
}

/** A value of any type, for parts of which only some are used. */
export const part = <T>(given: unknown) => z.custom<T>().parse(given)

/** A context for the router with only some of its parts. */
export function aContext({ engine = {}, reads = {}, ledger = {} }: Given, clock: HandClock): ApiContext {
  const everything = part<Access>({
    may: () => Promise.resolve(true),
    mayAnywhere: () => Promise.resolve(true),
    refresh: () => undefined,
  })
  const tend = () => Promise.resolve({ expired: 0, escalated: 0, position: '1:1' })
  return {
    engine: part<Engine>(engine),
    parts: part<ApiContext['parts']>({
      ledger: part<Ledger>({ tend, ...ledger }),
      reads: part<Reads>(reads),
      runtimes: { compose: {} },
      clock,
    }),
    access: everything,
    source: 'desktop',
  }
}

/** A server over a hand-made engine, and everything that it said on its own terminal. */
export interface Serving extends Loopback {
  readonly clock: HandClock
  readonly folder: string
  readonly told: unknown[][]
}

/** Serves until the test is over. */
export async function serving(given: Given = {}, more: Partial<LoopbackOptions> = {}): Promise<Serving> {
  const clock = aClock()
  const folder = aWindowFolder()
  const told: unknown[][] = []
  const loopback = await serveLoopback({
    context: aContext(given, clock),
    windowFolder: folder,
    clock,
    told: {
      defect: (...said) => told.push(said),
      trouble: (...said) => told.push(said),
      carried: (...said) => told.push(said),
    },
    ...more,
  })
  onTestFinished(async () => {
    await loopback.close()
    rmSync(path.dirname(folder), { recursive: true, force: true })
  })
  return { ...loopback, clock, folder, told }
}
