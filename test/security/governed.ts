import { randomUUID } from 'node:crypto'
import type { PreviewCommand, ReleaseCommitted } from '../../src-main/ports/ledger.ts'
import { apply, approve, askFor, planCommand, twoProjects } from './twoProjects.ts'
import type { SmallProject, TwoProjects, Waiting } from './twoProjects.ts'
import type { TestMember } from '../support/ledger.ts'

/** What an attacker may want: releases of the shop in every state on the way, and a secret of each project. */
export interface Governed extends TwoProjects {
  /** Applied, with steps, output, findings and a sealed value. */
  readonly applied: Waiting
  readonly pending: Waiting
  readonly approved: Waiting & { readonly revision: number }
  readonly planned: { readonly plan: PreviewCommand; readonly answer: ReleaseCommitted }
  /** The bank's own applied release, mallory's. */
  readonly foreign: Waiting
  /** A command that bob has given, and its answer was his. */
  readonly decisionOfBob: string
}

/** Fills both projects; attacks that fail change nothing of it, so that one serves them all. */
export async function governed(): Promise<Governed> {
  const world = await twoProjects()
  const { alice, bob, mallory, shop, bank, ledger } = world
  const teller = await ledger.member('teller', {
    person: 'Teller',
    roles: [{ role: 'approver', project: 'bank' }],
  })
  const foreign = await applySealed(mallory, teller, bank)
  const applied = await applySealed(alice, bob, shop)
  const previous = applied.plan.document_digest
  const pending = await askFor(alice, shop, { image: 'web:2', previous, risk: 'high' })
  const asked = await askFor(alice, shop, { image: 'web:3', previous })
  const agreed = await approve(bob, asked)
  const plan = planCommand(shop, { image: 'web:4', previous })
  const answer = await alice.ledger.recordPreview(plan)
  const { rows } = await ledger.admin.query<{ command_id: string }>(
    `SELECT command_id FROM pilothouse.commands WHERE login = $1 AND function = 'decide' ORDER BY at LIMIT 1`,
    [bob.login],
  )
  const decisionOfBob = rows[0]?.command_id ?? ''
  const approved = { ...asked, revision: agreed.revision }
  return { ...world, foreign, applied, pending, approved, planned: { plan, answer }, decisionOfBob }
}

/** Sets the target's key up, and releases something with a secret in it. */
async function applySealed(
  planner: TestMember,
  approver: TestMember,
  project: SmallProject,
): Promise<Waiting> {
  const recipient = `age1${'q'.repeat(58)}`
  await planner.ledger.enrollRecipient(recipient)
  await planner.ledger.putTargetKey({
    target_id: project.target,
    recipient,
    wraps: [{ login: planner.login, wrapped: Buffer.from(`key of ${project.name}`) }],
  })
  const token = `pilothouse-sealed:PASSWORD:${randomUUID().replaceAll('-', '').repeat(2)}`
  const sealed = [{ token, name: 'PASSWORD', ciphertext: Buffer.from(`secret of ${project.name}`) }]
  const waiting = await askFor(planner, project, { image: `${project.name}:1`, sealed })
  const agreed = await approve(approver, waiting)
  await apply(planner, waiting, agreed.revision)
  return waiting
}
