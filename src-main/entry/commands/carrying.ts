import { v7 as newId } from 'uuid'
import { z } from 'zod'
import type { Release } from '../../../src-preload/contract/releases.ts'
import { assertNever } from '../../../src-preload/contract/vocabulary.ts'
import { addCommand } from '../command.ts'
import type { Parent, Session } from '../command.ts'
import { shortInstant } from '../output.ts'
import { say } from '../say.ts'
import { previewLines } from '../show/preview.ts'
import { releaseLines } from '../show/release.ts'
import { ticketLines } from '../show/ticket.ts'
import type { Client } from '../surroundings.ts'
import { startHere, unexpected } from './running.ts'
import { laterStart, waitAndCarryOut } from './waiting.ts'

/** The commands that carry a release out, stop it, or go back. */
export function addCarrying(parent: Parent): void {
  addApply(parent)
  addRollback(parent)
  addStopping(parent)
}

function addApply(parent: Parent): void {
  addCommand(parent, {
    usage: 'apply <release>',
    text: 'release.apply',
    flags: [
      { flags: '--preview <ref>', text: 'flag.preview' },
      { flags: '--context-hash <digest>', text: 'flag.context_hash' },
      { flags: '--wait', text: 'flag.wait' },
    ],
    options: z.object({
      release: z.string(),
      preview: z.string().optional(),
      contextHash: z.string().optional(),
      wait: z.boolean().default(false),
    }),
    run: async (session, options) => {
      const release = await (await session.client()).releases.get({ release: options.release })
      await carryOut(session, release, {
        previewRef: options.preview ?? null,
        contextHash: options.contextHash,
        wait: options.wait,
      })
    },
  })
}

interface Asked {
  readonly previewRef: string | null
  readonly contextHash: string | undefined
  readonly wait: boolean
}

/** Takes a release as far as it may go now: asks for it, waits where told to, and carries it out once approved. */
async function carryOut(session: Session, release: Release, asked: Asked): Promise<void> {
  const state = release.lifecycle_state
  switch (state) {
    case 'pending_approval':
      return whilePending(session, release, asked)
    case 'approved':
      return asked.wait ? waitAndCarryOut(session, release) : startHere(session, release)
    case 'failed':
    case 'applying':
      return startHere(session, release)
    case 'draft':
    case 'preview':
    case 'applied':
    case 'rollback':
    case 'rejected':
    case 'cancelled':
      return request(session, release, asked)
    default:
      return assertNever(state)
  }
}

/** Whether it may be asked for is the ledger's to say, also of a release that is done. */
async function request(session: Session, release: Release, asked: Asked): Promise<void> {
  const client = await session.client()
  const { release: after } = await client.releases.request_apply({
    release: release.id,
    command_id: newId(),
    preview_ref: asked.previewRef,
    context_hash: asked.contextHash,
    source: 'cli',
  })
  if (after.lifecycle_state === 'pending_approval') return whilePending(session, after, asked)
  if (after.lifecycle_state === 'approved') return begin(session, after, asked)
  throw unexpected(after, 'apply')
}

async function whilePending(session: Session, release: Release, { wait }: Asked): Promise<void> {
  if (wait) return waitAndCarryOut(session, release)
  return showPending(session, await session.client(), release)
}

/** Carries out what was just asked for; what its rule lets start later is waited for, or shown. */
async function begin(session: Session, release: Release, { wait }: Asked): Promise<void> {
  if (wait) return waitAndCarryOut(session, release)
  const later = laterStart(session, release)
  if (later === null) return startHere(session, release)
  session.output.answer({ release, ticket: null }, (paint) => [
    ...releaseLines(paint, release),
    '',
    say('say.starts_later', { at: shortInstant(later) }),
  ])
}

async function showPending(session: Session, client: Client, release: Release): Promise<void> {
  const ticket =
    release.approval_ticket === null ? null : await client.inbox.get({ ticket: release.approval_ticket })
  session.output.answer({ release, ticket }, (paint) => [
    ...(ticket === null ? releaseLines(paint, release) : ticketLines(paint, ticket)),
    '',
    say('say.pending_next', { release: release.label }),
  ])
}

function addRollback(parent: Parent): void {
  addCommand(parent, {
    usage: 'rollback <release>',
    text: 'release.rollback',
    flags: [
      { flags: '--to <release>', text: 'flag.to_release' },
      { flags: '--reason <text>', text: 'flag.reason' },
      { flags: '--apply', text: 'flag.apply' },
      { flags: '--wait', text: 'flag.wait' },
    ],
    options: z.object({
      release: z.string(),
      to: z.string().optional(),
      reason: z.string().optional(),
      apply: z.boolean().default(false),
      wait: z.boolean().default(false),
    }),
    run: async (session, { release, to, reason, apply, wait }) => {
      const client = await session.client()
      const planned = await client.releases.rollback({ release, command_id: newId(), to, reason })
      session.output.answer(planned, (paint) => previewLines(paint, planned.preview, planned.release))
      if (!apply) return
      const { preview_ref, context_hash } = planned.preview
      await request(session, planned.release, { previewRef: preview_ref, contextHash: context_hash, wait })
    },
  })
}

function addStopping(parent: Parent): void {
  for (const name of ['withdraw', 'abort'] as const) {
    addCommand(parent, {
      usage: `${name} <release>`,
      text: `release.${name}`,
      flags: [{ flags: '--comment <text>', text: 'flag.comment' }],
      options: z.object({ release: z.string(), comment: z.string().optional() }),
      run: async ({ client, output }, { release, comment }) => {
        const { releases } = await client()
        const answer = await releases[name]({ release, command_id: newId(), comment })
        output.answer(answer, (paint) => releaseLines(paint, answer.release))
      },
    })
  }
}
