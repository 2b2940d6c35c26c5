import { z } from 'zod'
import type { Ticket } from '../../../src-preload/contract/inbox.ts'
import { addCommand } from '../command.ts'
import type { Parent } from '../command.ts'
import { say } from '../say.ts'
import type { Client } from '../surroundings.ts'
import { createFile } from './given.ts'

/** `pilothouse release export`: everything that proves how one release came about, as one JSON object. */
export function addEvidence(parent: Parent): void {
  addCommand(parent, {
    usage: 'export <release>',
    text: 'release.export',
    flags: [{ flags: '--out <file>', text: 'flag.out' }],
    options: z.object({ release: z.string(), out: z.string().optional() }),
    run: async ({ client, output }, { release, out }) => {
      const evidence = await gatherEvidence(await client(), release)
      const text = JSON.stringify(evidence, null, 2)
      if (out === undefined) {
        output.answer(evidence, () => text.split('\n'))
        return
      }
      await using handle = await createFile('--out', out)
      await handle.writeFile(`${text}\n`)
      const written = { file: out, release: evidence.release.label, events: evidence.timeline.length }
      output.answer(written, () => [say('say.evidence_written', written)])
    },
  })
}

async function gatherEvidence(client: Client, reference: string) {
  const release = await client.releases.get({ release: reference })
  const byId = { release: release.id }
  const { approval_ticket, break_glass } = release
  const [preview, document, steps, diagnostics, timeline, ticket, review] = await Promise.all([
    release.preview_ref === null ? null : client.releases.show_preview(byId),
    release.document_digest === null ? null : client.releases.document(byId),
    client.releases.steps(byId),
    client.releases.diagnostics(byId),
    client.releases.timeline(byId),
    approval_ticket === null ? null : client.inbox.get({ ticket: approval_ticket }),
    break_glass === null ? null : client.inbox.get({ ticket: break_glass.review_ticket }),
  ])
  return {
    release,
    document_digest: document?.digest ?? null,
    document: document?.text ?? null,
    preview,
    ticket,
    review,
    decisions: [...decisionsOf(ticket), ...decisionsOf(review)],
    checks: preview?.checks ?? [],
    steps,
    diagnostics,
    timeline,
  }
}

function decisionsOf(ticket: Ticket | null) {
  const deciding = new Set(['approved', 'rejected', 'revoked'])
  return (ticket?.actions ?? []).filter(({ action }) => deciding.has(action))
}
