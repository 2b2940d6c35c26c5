import type { PolicyDecision, Preview, Release } from '../../../src-preload/contract/releases.ts'
import { facts, shortDigest, shortInstant } from '../output.ts'
import type { Paint } from '../output.ts'
import { say } from '../say.ts'
import { checkLines, diffLines, diffWords } from './diff.ts'
import { candidatesText, whoFills } from './rules.ts'
import { section, toneOfRisk, toneOfState } from './state.ts'

/** A plan as one reads it before asking for it: what changes, what was found, who decides, and the way back. */
export function previewLines(paint: Paint, preview: Preview, release: Release | null): string[] {
  return [
    ...(release === null ? [] : headLines(paint, release)),
    ...section(paint, 'say.plan_in_words', diffWords(preview.diff)),
    ...section(paint, 'say.changes', diffLines(paint, preview.diff)),
    ...section(paint, 'say.checks', checkLines(paint, preview.checks)),
    ...section(paint, 'say.risk', [
      paint(toneOfRisk(preview.risk.level), preview.risk.level),
      ...preview.risk.reasons.map((reason) => `- ${say(reason)}`),
    ]),
    ...section(paint, 'say.images', preview.images.map(imageLine)),
    ...section(
      paint,
      'say.steps',
      preview.steps.map(({ host, message }) => `${host}: ${say(message)}`),
    ),
    ...section(paint, 'say.way_back', wayBackLines(preview)),
    ...section(paint, 'say.approval', policyLines(preview.policy)),
    '',
    ...facts(referenceFacts(preview)),
    paint('faint', say('say.claimed_by', { login: preview.claimed_by })),
  ]
}

function headLines(paint: Paint, release: Release): string[] {
  return [
    `${paint('strong', release.label)}  ${paint(toneOfState(release.lifecycle_state), release.lifecycle_state)}  ` +
      `${release.service.name} → ${release.target.name} (${release.target.stage})`,
  ]
}

function imageLine(image: Preview['images'][number]): string {
  const resolved = image.repo_digest ?? image.image_id
  return resolved === null
    ? `${image.reference}  ${say('say.image_unresolved')}`
    : `${image.reference}  ${resolved}`
}

function wayBackLines(preview: Preview): string[] {
  const { release, on_failure, go_back_hours } = preview.way_back
  if (release === null) return [say('say.way_back_none')]
  return [say(`say.way_back_${on_failure}`, { release, hours: go_back_hours }), say('say.data_not_undone')]
}

/** Who has to agree, or why nobody has to. */
export function policyLines(policy: PolicyDecision): string[] {
  if (policy.covered_by !== null) return [say('say.approval_covered', { ticket: policy.covered_by })]
  if (policy.solo) return [say('say.approval_solo')]
  if (!policy.required) return [say('say.approval_not_required')]
  return policy.rules.map((rule) =>
    say('say.approval_rule', {
      minimum: rule.minimum,
      role: whoFills(rule),
      candidates: candidatesText(rule.candidates),
    }),
  )
}

function referenceFacts(preview: Preview): (readonly [string, string])[] {
  return [
    ['preview_ref', preview.preview_ref],
    ['context_hash', shortDigest(preview.context_hash)],
    ['document', shortDigest(preview.document_digest)],
    ['expires', `${shortInstant(preview.expires_at)}${preview.valid ? '' : ` (${say('say.preview_void')})`}`],
  ]
}
