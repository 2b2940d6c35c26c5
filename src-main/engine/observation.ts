import type { Observation } from '../../src-preload/contract/targets.ts'
import { canonicalDigest } from '../lifecycle/canonical.ts'
import { driftBetween } from '../lifecycle/drift.ts'
import { runtimeOf } from './parts.ts'
import type { EngineParts } from './parts.ts'
import { pick } from './subjects.ts'

/** Looks at what runs on a target, and whether it is still what the last release left. Changes nothing. */
export async function observeTarget(
  parts: EngineParts,
  ask: { target: string; project?: string | undefined },
): Promise<Observation> {
  const target = pick('target', await parts.reads.targets(ask.project), ask.target)
  await parts.ledger.authorize({
    permission: 'release:preview',
    runtime: target.runtime,
    project_id: target.project_id,
    resource_type: 'target',
    resource_id: target.id,
  })
  const [identity, last] = await Promise.all([parts.reads.identity(), parts.reads.lastApplied(target.id)])
  const runtime = runtimeOf(parts, target.runtime)
  const live = await runtime.observe({ target, ledger_id: identity.id, images: [] })
  const left = last === null ? null : await parts.reads.liveLeftBy(last.release_id)
  return {
    target: target.name,
    live_base: live.base,
    live_base_digest: canonicalDigest(live.base),
    fence: live.fence,
    checks: live.checks.map(({ key, severity, message }) => ({ key, severity, params: message.params })),
    detail: live.detail,
    drifted: left !== null && driftBetween(left, live.base).length > 0,
  }
}
