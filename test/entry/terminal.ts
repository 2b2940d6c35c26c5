import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import type { Administration } from '../../src-main/entry/administration.ts'
import { fileKeystore } from '../../src-main/entry/keystore.ts'
import { preparePaths, resolvePaths } from '../../src-main/entry/paths.ts'
import { openProfiles } from '../../src-main/entry/profiles.ts'
import { run } from '../../src-main/entry/program.ts'
import type { AssembleOptions, Surroundings } from '../../src-main/entry/surroundings.ts'
import { aScene, handMadeClient } from './engine.ts'
import type { Scene } from './engine.ts'

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pilothouse-entry-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** What a test gives beside what every terminal has. */
export interface Given {
  readonly scene?: Scene
  readonly env?: Record<string, string>
  /** What the person types, question by question; without it nobody is there. */
  readonly typed?: string[]
  readonly piped?: string
  readonly profile?: boolean
  readonly colour?: boolean
  readonly more?: Partial<Surroundings>
}

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** A terminal with a home folder of its own and a hand-made engine behind it. */
export interface Terminal {
  readonly scene: Scene
  readonly home: string
  readonly around: Surroundings
  readonly asked: string[]
  /** Profiles and secrets that the engine was assembled with. */
  readonly assembled: AssembleOptions[]
  /** How many engines are still open. */
  readonly open: () => number
  /** Presses ^C. */
  readonly interrupt: () => void
  /** Presses Enter where somebody waits for it. */
  readonly pressEnter: () => void
  run(...argv: string[]): Promise<Ran>
}

/** Throws what nobody expected to be called. */
export function unexpected(what: string): () => never {
  return () => {
    throw new TypeError(`${what} was not expected here`)
  }
}

/** Administration in which nothing is expected. */
export const noAdministration: Administration = {
  start: unexpected('start'),
  stop: unexpected('stop'),
  embedded: unexpected('embedded'),
  migrate: unexpected('migrate'),
  status: unexpected('status'),
  addMember: unexpected('addMember'),
  renewMember: unexpected('renewMember'),
  disableMember: unexpected('disableMember'),
  accept: unexpected('accept'),
}

export function aTerminal(given: Given = {}): Terminal {
  const home = temporaryFolder()
  const paths = resolvePaths({ platform: 'linux', home, env: { PILOTHOUSE_HOME: home } })
  preparePaths(paths)
  const scene = given.scene ?? aScene()
  const profiles = openProfiles(paths.config)
  if (given.profile !== false) {
    profiles.save({
      name: 'default',
      ledger: { kind: 'embedded' },
      login: 'ada',
      ssh: { identities: [], agent: true },
    })
  }
  const written = { out: '', err: '' }
  const asked: string[] = []
  const typed = [...(given.typed ?? [])]
  const answer = (question: string) => {
    asked.push(question)
    return Promise.resolve(typed.shift() ?? '')
  }
  const assembled: AssembleOptions[] = []
  const handlers = new Set<() => void>()
  const enter = new Set<() => void>()
  let open = 0
  const around: Surroundings = {
    env: given.env ?? {},
    stdout: { write: (text) => (written.out += text), colour: given.colour ?? false },
    stderr: { write: (text) => (written.err += text), colour: given.colour ?? false },
    input: {
      interactive: given.typed !== undefined,
      ask: answer,
      askSecretly: answer,
      onEnter: (handler) => {
        enter.add(handler)
        return () => enter.delete(handler)
      },
      all: () => Promise.resolve(given.piped ?? ''),
    },
    paths,
    profiles,
    keystore: fileKeystore(path.join(paths.data, 'secrets')),
    assemble: (options) => {
      assembled.push(options)
      open += 1
      return Promise.resolve({
        client: handMadeClient(scene),
        close: () => {
          open -= 1
          return Promise.resolve()
        },
      })
    },
    administration: noAdministration,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    onInterrupt: (handler) => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
    leave: unexpected('leave'),
    scanHostKey: unexpected('scanHostKey'),
    simulate: unexpected('simulate'),
    serve: unexpected('serve'),
    demonstrate: unexpected('demonstrate'),
    ...given.more,
  }
  return {
    scene,
    home,
    around,
    asked,
    assembled,
    open: () => open,
    interrupt: () => handlers.forEach((handler) => handler()),
    pressEnter: () => enter.forEach((handler) => handler()),
    run: async (...argv) => {
      written.out = ''
      written.err = ''
      const code = await run(argv, around, '0.0.0')
      return { code, out: written.out, err: written.err }
    },
  }
}
