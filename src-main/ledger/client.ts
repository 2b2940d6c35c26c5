import { Buffer } from 'node:buffer'
import type pg from 'pg'
import { z } from 'zod'
import { auditReport } from '../../src-preload/contract/audit.ts'
import { lifecycleState, position, releaseId, ticketId } from '../../src-preload/contract/vocabulary.ts'
import type { Ledger } from '../ports/ledger.ts'
import { call } from './commands.ts'

const committed = z.object({ position })
const declared = z.object({ position, tickets: z.array(ticketId) })
const changed = z.object({ position, ticket_id: ticketId.nullable() })
const tended = z.object({ position, expired: z.int(), escalated: z.int() })
const releaseCommitted = z.object({
  position,
  release_id: releaseId,
  state: lifecycleState,
  revision: z.int(),
  ticket_id: ticketId.nullable(),
})
const lease = z.object({
  position,
  fence: z.int(),
  attempt: z.int(),
  lease_until: z.string(),
  recovered: z.boolean(),
})
const renewed = z.object({ lease_until: z.string(), abort_requested: z.boolean() })

/**
 * The ledger's commands over a pool of connections under one member's login. Nothing is decided or repeated here: the
 * functions of the database answer, and a refusal comes back as a `PilothouseError` with the code that they gave.
 */
export function createLedger(pool: pg.Pool): Ledger {
  return {
    ...releaseCommands(pool),
    ...ticketCommands(pool),
    ...policyCommands(pool),
    ...runCommands(pool),
    ...ledgerCommands(pool),
  }
}

function releaseCommands(pool: pg.Pool) {
  return {
    declare: (declaration) => call(pool, 'declare', declaration, declared),
    // The document travels beside the command, as bytes; ciphertexts in it, as base64.
    recordPreview: ({ document, sealed, ...rest }) => {
      const encoded = sealed.map((value) => ({ ...value, ciphertext: base64(value.ciphertext) }))
      return call(pool, 'record_preview', { ...rest, sealed: encoded }, releaseCommitted, document)
    },
    requestApply: (command) => call(pool, 'request_apply', command, releaseCommitted),
    withdraw: (command) => call(pool, 'withdraw', command, releaseCommitted),
    requestAbort: (command) => call(pool, 'request_abort', command, releaseCommitted),
    breakGlass: (command) => call(pool, 'break_glass', command, releaseCommitted),
  } satisfies Partial<Ledger>
}

function ticketCommands(pool: pg.Pool) {
  return {
    decide: (command) => call(pool, 'decide', command, committed),
    assign: (command) => call(pool, 'assign', command, committed),
    comment: (command) => call(pool, 'comment', command, committed),
    viewed: async (ticket) => {
      await call(pool, 'viewed', { ticket_id: ticket }, committed)
    },
  } satisfies Partial<Ledger>
}

function policyCommands(pool: pg.Pool) {
  return {
    change: (command) => call(pool, 'change', command, changed),
    freeze: (command) => call(pool, 'freeze', command, committed),
    endDelegation: (command) => call(pool, 'end_delegation', command, committed),
    tend: (executes) => call(pool, 'tend', { executes }, tended),
  } satisfies Partial<Ledger>
}

function runCommands(pool: pg.Pool) {
  return {
    takeLease: (command) => call(pool, 'take_lease', command, lease),
    renewLease: (held) => call(pool, 'renew_lease', held, renewed),
    recordStep: async (command) => {
      await call(pool, 'record_step', command, committed)
    },
    recordLogs: async (command) => {
      await call(pool, 'record_logs', command, committed)
    },
    recordDiagnostics: async (command) => {
      await call(pool, 'record_diagnostics', command, committed)
    },
    finish: (command) => call(pool, 'finish', command, releaseCommitted),
  } satisfies Partial<Ledger>
}

function ledgerCommands(pool: pg.Pool) {
  return {
    authorize: async (ask) => {
      await call(pool, 'authorize', ask, committed)
    },
    enrollRecipient: async (recipient) => {
      await call(pool, 'enroll_recipient', { recipient }, committed)
    },
    putTargetKey: async ({ target_id, recipient, wraps }) => {
      const encoded = wraps.map(({ login, wrapped }) => ({ login, wrapped: base64(wrapped) }))
      await call(pool, 'put_target_key', { target_id, recipient, wraps: encoded }, committed)
    },
    verifyChains: () => call(pool, 'verify_chains', {}, auditReport),
    recordExport: async (project, events) => {
      await call(pool, 'record_export', { project, events }, committed)
    },
    close: () => pool.end(),
  } satisfies Partial<Ledger>
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64')
}
