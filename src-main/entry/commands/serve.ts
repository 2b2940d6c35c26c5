import { z } from 'zod'
import { addCommand } from '../command.ts'
import type { Parent, Session } from '../command.ts'
import { explain } from '../failure.ts'
import { keystoreOf } from '../keystore.ts'
import type { LoopbackOptions } from '../loopback.ts'
import type { Served } from '../loopback/serving.ts'
import { say } from '../say.ts'
import type { Surroundings } from '../surroundings.ts'

const interrupted = 130

/** `pilothouse serve`: the window of one profile, for a browser on this machine. */
export function addServe(root: Parent): void {
  addCommand(root, {
    usage: 'serve',
    text: 'serve',
    flags: [
      { flags: '--port <number>', text: 'flag.port' },
      { flags: '--execute', text: 'flag.execute' },
    ],
    options: z.object({
      port: z.coerce.number().int().min(0).max(65_535).default(0),
      execute: z.boolean().default(false),
    }),
    run: async (session, { port, execute }) => {
      const { around, profileName } = session
      const served = await around.serve({
        profile: session.profile(),
        paths: around.paths,
        keystore: keystoreOf(around.keystore, profileName),
        clock: around.clock,
        port,
        execute,
        told: toldTo(session),
      })
      const stopped = untilInterrupted(around)
      try {
        show(session, served, execute)
        const quiet = freshLinks(session, served)
        await stopped
        quiet()
        const count = served.running()
        if (count > 0) session.output.note(say('say.serve_waits', { count }))
      } finally {
        await served.close()
      }
      session.output.note(say('say.serve_ended'))
    },
  })
}

/** The first ^C ends the serving in good order, the second one at once. */
async function untilInterrupted(around: Surroundings): Promise<void> {
  await new Promise<void>((resolve) => {
    let asked = false
    around.onInterrupt(() => {
      if (asked) around.leave(interrupted)
      asked = true
      resolve()
    })
  })
}

function show({ output, profileName, around }: Session, served: Served, execute: boolean): void {
  const { url, port } = served
  const link = served.link()
  output.answer({ profile: profileName, url, port, link, executes: execute }, (paint) => [
    say('say.serving', { profile: profileName, url }),
    say('say.serve_link'),
    '',
    paint('strong', link),
    '',
    say('say.serve_tunnel', { port }),
    ...(execute ? [say('say.serve_executes')] : []),
    ...(around.input.interactive ? [say('say.serve_again')] : []),
  ])
}

/** Whoever sits at the terminal gets another link by Enter; returns what ends that. */
function freshLinks({ around, output }: Session, served: Served): () => void {
  if (output.json || !around.input.interactive) return () => undefined
  return around.input.onEnter(() => {
    output.answer(null, (paint) => [paint('strong', served.link())])
  })
}

function toldTo({ around, output }: Session): LoopbackOptions['told'] {
  return {
    defect: (incident, error) => {
      const failure = explain(error)
      output.failure({ ...failure, data: { ...failure.data, incident } })
      if (around.env['PILOTHOUSE_DEBUG'] === '1' && error instanceof Error) {
        around.stderr.write(`${error.stack ?? error.message}\n`)
      }
    },
    trouble: (failure) => {
      output.note(say('say.serve_trouble'))
      output.failure(failure)
    },
    carried: ({ release, ...carried }) => {
      const { label, lifecycle_state: state } = release
      if (!('error' in carried)) return output.note(say('say.serve_carried', { release: label, state }))
      output.note(say('say.serve_not_carried', { release: label }))
      output.failure(explain(carried.error, { release: label }))
    },
  }
}
