import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { Check, Release, ResolvedImage } from '../../src-preload/contract/releases.ts'
import type { CommandId, StrategyName } from '../../src-preload/contract/vocabulary.ts'
import { next } from '../lifecycle/transitions.ts'
import { sealedTokens } from '../lifecycle/sealedTokens.ts'
import { resolveVariables } from '../lifecycle/variables.ts'
import type { LastApplied } from '../ports/reads.ts'
import { runtimeOf } from './parts.ts'
import type { EngineParts } from './parts.ts'
import { recordProposal } from './preview.ts'
import type { Previewed } from './preview.ts'
import { sealValues } from './sealing.ts'
import { subjectOf } from './subjects.ts'
import type { Subject } from './subjects.ts'

export interface PlanAsk {
  readonly command_id: CommandId
  readonly project?: string | undefined
  readonly service: string
  readonly target: string
  readonly release?: string | undefined
  readonly version_label?: string | undefined
  readonly variables: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly strategy?: StrategyName | undefined
  readonly reason: string
  readonly change_link?: string | undefined
}

async function openRelease(parts: EngineParts, ask: PlanAsk, subject: Subject): Promise<Release | null> {
  if (ask.release === undefined) return null
  const release = await parts.reads.release(ask.release)
  if (next(release.lifecycle_state, 'plan') === null) {
    throw new PilothouseError('release_state_invalid', {
      state: release.lifecycle_state,
      command: 'release preview',
    })
  }
  if (release.service.id !== subject.service.id || release.target.id !== subject.target.id) {
    const problem = `${release.label} is a release of ${release.service.name} to ${release.target.name}`
    throw new PilothouseError('validation_error', { problems: [{ path: 'release', problem }] })
  }
  return release
}

/** Tokens that earlier documents on the target hold, the newest last, by name. */
async function tokensBefore(parts: EngineParts, last: LastApplied | null, open: Release | null) {
  const digests = [last?.document_digest, open?.document_digest].filter((digest) => digest != null)
  const documents = await Promise.all(digests.map((digest) => parts.reads.document(digest)))
  return new Map(documents.flatMap(sealedTokens).map(({ name, token }) => [name, token]))
}

async function resolved(
  parts: EngineParts,
  ask: PlanAsk,
  subject: Subject,
  before: ReadonlyMap<string, string>,
) {
  const given = resolveVariables(subject.service.variables, {
    variables: ask.variables,
    secrets: ask.secrets,
    sealed_before: [...before.keys()],
  })
  const { tokens, sealed } = await sealValues(parts, subject.target, given.secrets)
  const kept = given.reused.flatMap((name): [string, string][] => {
    const token = before.get(name)
    return token === undefined ? [] : [[name, token]]
  })
  return { variables: given.variables, sealed, tokens: { ...Object.fromEntries(kept), ...tokens } }
}

function described(ask: PlanAsk, subject: Subject) {
  return {
    kind: 'release' as const,
    source_release_id: null,
    target_revision: null,
    version_label: ask.version_label ?? null,
    strategy: ask.strategy ?? subject.delivery.strategy,
    reason: ask.reason,
    change_link: ask.change_link ?? null,
  }
}

/**
 * Plans a release: renders once, looks at what runs, compares, judges, records. Everything that can be refused without
 * the ledger is refused before anything is written.
 */
export async function planRelease(parts: EngineParts, ask: PlanAsk): Promise<Previewed> {
  const subject = await subjectOf(parts.reads, ask)
  const { service, target } = subject
  await parts.ledger.authorize({
    permission: 'release:preview',
    runtime: target.runtime,
    project_id: target.project_id,
    resource_type: 'service',
    resource_id: service.id,
  })
  const runtime = runtimeOf(parts, target.runtime)
  const facts = described(ask, subject)
  runtime.validate(target, facts.strategy)
  const [open, last, identity] = await Promise.all([
    openRelease(parts, ask, subject),
    parts.reads.lastApplied(target.id),
    parts.reads.identity(),
  ])
  const { variables, sealed, tokens } = await resolved(
    parts,
    ask,
    subject,
    await tokensBefore(parts, last, open),
  )
  const rendered = await runtime.render({ source: service.source, target, variables, sealed: tokens })
  const live = await runtime.observe({ target, ledger_id: identity.id, images: rendered.images })
  const pinned = runtime.pin(rendered, live.images)
  return recordProposal(parts, {
    command_id: ask.command_id,
    subject,
    document: pinned.bytes,
    images: imagesOf(pinned.images, live.images),
    live,
    checks: [...pinned.checks, ...soloCheck(identity.solo)],
    compared_with: last === null ? null : await parts.reads.document(last.document_digest),
    last,
    open,
    described: { ...facts, variables, secret_variables: Object.keys(tokens).sort(), sealed },
  })
}

/** What each reference of the pinned document was resolved to; pinning only appends a digest to a reference. */
function imagesOf(pinned: readonly string[], known: readonly ResolvedImage[]): ResolvedImage[] {
  return pinned.map((reference) => {
    const found = known.find(
      (image) => reference === image.reference || reference.startsWith(`${image.reference}@`),
    )
    return { reference, image_id: found?.image_id ?? null, repo_digest: found?.repo_digest ?? null }
  })
}

function soloCheck(solo: boolean): Check[] {
  return solo ? [{ key: 'solo', severity: 'info', message: { text: 'check.solo', params: {} } }] : []
}
