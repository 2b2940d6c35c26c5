import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { addCommand } from '../command.ts'
import type { Parent } from '../command.ts'
import { say } from '../say.ts'
import { releaseLines } from '../show/release.ts'

/** `pilothouse release break-glass` */
export function addEmergency(parent: Parent): void {
  addCommand(parent, {
    usage: 'break-glass <release>',
    text: 'release.break-glass',
    flags: [
      { flags: '--reason <text>', text: 'flag.reason', mandatory: true },
      { flags: '--incident <url>', text: 'flag.incident', mandatory: true },
    ],
    options: z.object({ release: z.string(), reason: z.string(), incident: z.string() }),
    run: async ({ client, output }, { release, reason, incident }) => {
      const { releases } = await client()
      const input = { release, command_id: newId(), reason, incident_link: incident }
      const answer = await releases.break_glass(input)
      const ticket = answer.release.break_glass?.review_ticket
      output.answer(answer, (paint) => [
        ...releaseLines(paint, answer.release),
        '',
        say('say.review_opened', { ticket }),
      ])
    },
  })
}
