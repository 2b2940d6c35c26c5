import { z } from 'zod'
import { addCommand } from '../command.ts'
import type { Parent } from '../command.ts'
import { facts } from '../output.ts'
import { say } from '../say.ts'

/** `pilothouse simulator` and `pilothouse demo` */
export function addRehearsal(root: Parent): void {
  addCommand(root, {
    usage: 'simulator',
    text: 'simulator',
    options: z.object({}),
    run: async ({ output, around }) => {
      const stopping = new AbortController()
      const restore = around.onInterrupt(() => stopping.abort())
      try {
        await around.simulate((place) => {
          output.answer(place, () => [
            say('say.simulator_ready'),
            ...facts(Object.entries(place).map(([name, value]) => [name, shown(value)])),
          ])
        }, stopping.signal)
      } finally {
        restore()
      }
    },
  })
  addCommand(root, {
    usage: 'demo',
    text: 'demo',
    flags: [{ flags: '--exit', text: 'flag.exit' }],
    options: z.object({ exit: z.boolean().default(false), json: z.boolean().default(false) }),
    run: async ({ around }, { exit, json }) => {
      await around.demonstrate([...(exit ? ['--exit'] : []), ...(json ? ['--json'] : [])])
    },
  })
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
