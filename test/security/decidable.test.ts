import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../src-main/lifecycle/canonical.ts'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import { commandId } from '../../src-preload/contract/vocabulary.ts'
import type { TicketId } from '../../src-preload/contract/vocabulary.ts'
import type { TestMember } from '../support/ledger.ts'
import { contested } from './contested.ts'
import type { Contested } from './contested.ts'

describe('what a ticket says of its reader', () => {
  let world: Contested
  beforeAll(async () => {
    world = await contested()
  })
  afterAll(() => world.ledger.close())

  /** What a decision would come to; it names another plan, so that none is made. */
  async function outcome(member: TestMember, ticket_id: TicketId, revision: number): Promise<string> {
    const command = {
      command_id: commandId.parse(randomUUID()),
      ticket_id,
      decision: 'approve',
      comment: '',
    } as const
    const other = { seen_revision: revision, seen_context_hash: sha256('another plan') }
    return member.ledger.decide({ ...command, ...other }).then(
      () => 'done',
      (error: unknown) => {
        if (isPilothouseError(error)) return error.code
        throw error
      },
    )
  }

  it('is what deciding it would come to, for every reader and every ticket', async () => {
    const { boss, chief, alice, aliceToo, bob, vera, mallory, stranger, ivan, fred, robot } = world
    const seen = new Set<string>()
    for (const member of [boss, chief, alice, aliceToo, bob, vera, mallory, stranger, ivan, fred, robot]) {
      const { tickets } = await member.reads.tickets({ view: 'all', limit: 100 })
      for (const ticket of tickets) {
        const came = await outcome(member, ticket.id, ticket.revision)
        seen.add(`${ticket.scope_type} ${ticket.can_decide}`)
        expect({ who: member.login, ticket: ticket.scope_type, decides: came === 'decision_stale' }).toEqual({
          who: member.login,
          ticket: ticket.scope_type,
          decides: ticket.can_decide,
        })
      }
    }
    expect([...seen].sort()).toEqual(
      ['access', 'policy', 'release', 'review'].flatMap((scope) => [`${scope} false`, `${scope} true`]),
    )
  })
})
