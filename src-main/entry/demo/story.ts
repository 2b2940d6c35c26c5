import { AssertionError } from 'node:assert'
import path from 'node:path'
import { z } from 'zod'
import { ticket } from '../../../src-preload/contract/inbox.ts'
import { release } from '../../../src-preload/contract/releases.ts'
import { writeDemoFiles } from './files.ts'
import type { Narrator } from './narrator.ts'
import type { Stage } from './stage.ts'

type Tell = (title: string, member: string, argv: readonly string[], expected?: number) => Promise<void>

const refused = 3
const stale = 5
const failed = 6

function shell(argv: readonly string[]): string {
  return argv
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}

/** Runs a command visibly; another end than the expected one ends the demo, so that it can't tell a nice story of it. */
function teller(stage: Stage, narrator: Narrator): Tell {
  return async (title, member, argv, expected = 0) => {
    const line = ['--profile', member, ...argv]
    const ran = await stage.command(narrator.json ? ['--json', ...line] : line)
    const command = `pilothouse ${shell(line)}`
    narrator.scene({ title, member, command, ...ran })
    if (ran.exit_code === expected) return
    throw new AssertionError({ message: command, actual: ran.exit_code, expected, operator: 'exit code' })
  }
}

async function ask<T>(stage: Stage, argv: readonly string[], schema: z.ZodType<T>): Promise<T> {
  const { output, exit_code } = await stage.command(['--json', '--profile', 'alice', ...argv])
  if (exit_code !== 0)
    throw new AssertionError({ message: output, actual: exit_code, expected: 0, operator: 'exit code' })
  return schema.parse(JSON.parse(output))
}

async function requireState(stage: Stage, label: string, expected: string): Promise<void> {
  const { lifecycle_state: actual } = await ask(stage, ['release', 'status', label], release)
  if (actual !== expected)
    throw new AssertionError({ message: label, actual, expected, operator: 'lifecycle state' })
}

async function setUp(stage: Stage, tell: Tell): Promise<void> {
  await tell('An embedded PostgreSQL becomes the ledger; Alice is its first member', 'alice', [
    'ledger',
    'init',
    '--login',
    'alice',
    '--person',
    'Alice Moreno',
  ])
  const invitation = path.join(stage.home, 'bob.json')
  await tell('Alice invites Bob, who may approve but not release', 'alice', [
    'member',
    'add',
    'bob',
    '--person',
    'Bob Tanaka',
    '--role',
    'approver',
    '--out',
    invitation,
  ])
  await tell('Bob joins with a login of his own', 'bob', ['join', invitation])
  const another = path.join(stage.home, 'carol.json')
  await tell('Alice invites Carol, who is new and may only look', 'alice', [
    'member',
    'add',
    'carol',
    '--person',
    'Carol Ruiz',
    '--role',
    'viewer',
    '--out',
    another,
  ])
  await tell('Carol joins', 'carol', ['join', another])
  stage.giveKey('alice')
  const file = await writeDemoFiles(stage.home, stage.simulator.announcement)
  await tell('Alice declares stages, target and service', 'alice', ['config', 'apply', '-f', file])
}

function preview(tag: string, reason: string): string[] {
  const secret = tag === '1.4' ? ['--secret', 'DB_PASSWORD=env:DEMO_DB_PASSWORD'] : []
  const to = ['release', 'preview', 'web', '--target', 'shop-production']
  return [...to, '--set', `TAG=${tag}`, ...secret, '--version-label', tag, '--reason', reason]
}

/** Asks for a planned release and has Bob approve exactly what he sees. */
async function requestAndApprove(stage: Stage, tell: Tell, label: string): Promise<void> {
  const { preview_ref } = await ask(stage, ['release', 'status', label], release)
  await tell('Alice asks for it, by the reference of the plan: production needs a second person', 'alice', [
    'release',
    'apply',
    label,
    '--preview',
    z.string().parse(preview_ref),
  ])
  const { ticket: seen } = await ask(stage, ['inbox', 'show', label], z.object({ ticket }))
  const short = seen.context_hash.slice('sha256:'.length, 'sha256:'.length + 12)
  if (label === 'web-1') {
    await tell(
      'Alice tries to approve her own release',
      'alice',
      ['inbox', 'approve', label, '--digest', short],
      refused,
    )
  }
  await tell('Bob looks at it', 'bob', ['inbox', 'show', label])
  await tell('Bob approves exactly that plan', 'bob', [
    'inbox',
    'approve',
    label,
    '--digest',
    short,
    '--comment',
    'read the diff',
  ])
}

async function goodRelease(stage: Stage, tell: Tell): Promise<void> {
  await tell('Alice plans version 1.4', 'alice', preview('1.4', 'first release of the shop'))
  await tell('Nothing is applied without a plan', 'alice', ['release', 'apply', 'web-1'], stale)
  await requestAndApprove(stage, tell, 'web-1')
  await tell('The approved plan is carried out over SSH', 'alice', ['release', 'apply', 'web-1'])
  await requireState(stage, 'web-1', 'applied')
}

async function badRelease(stage: Stage, tell: Tell): Promise<void> {
  stage.simulator.host.switches.set({ kind: 'failing_health', service: 'web', image: '1.5' })
  await tell(
    'Alice plans version 1.5, which will not get healthy',
    'alice',
    preview('1.5', 'new checkout page'),
  )
  await requestAndApprove(stage, tell, 'web-2')
  await tell('It is carried out, fails, and is diagnosed', 'alice', ['release', 'apply', 'web-2'], failed)
  await tell('What failed, where, why, and what to do next', 'alice', ['release', 'diagnose', 'web-2'])
  await requireState(stage, 'web-2', 'failed')
}

async function wayBack(stage: Stage, tell: Tell): Promise<void> {
  await tell('Going back was part of the approval: no second ticket', 'alice', [
    'release',
    'rollback',
    'web-2',
    '--reason',
    'the checkout page never got healthy',
    '--apply',
  ])
  await requireState(stage, 'web-3', 'applied')
  await requireState(stage, 'web-2', 'rollback')
  await tell('All releases', 'alice', ['release', 'list'])
  await tell('The timeline of the failed one', 'alice', ['release', 'timeline', 'web-2'])
  await tell('The record, verified', 'alice', ['audit', 'verify'])
}

/** The main job: plan, approve, apply, fail well, go back, read the record. Throws where any step ends otherwise. */
export async function tellStory(stage: Stage, narrator: Narrator): Promise<void> {
  const tell = teller(stage, narrator)
  await setUp(stage, tell)
  await goodRelease(stage, tell)
  await badRelease(stage, tell)
  await wayBack(stage, tell)
}

/** Something for Bob to decide: a planned release that is asked for, and waits. */
export async function leaveOneWaiting(stage: Stage, narrator: Narrator): Promise<void> {
  const tell = teller(stage, narrator)
  await tell('Alice plans version 1.6', 'alice', preview('1.6', 'checkout page, corrected'))
  const { label, preview_ref } = await ask(stage, ['release', 'status', 'web-4'], release)
  await tell('Alice asks for it, and leaves it to Bob', 'alice', [
    'release',
    'apply',
    label,
    '--preview',
    z.string().parse(preview_ref),
  ])
}
