import type { Check, Diff, Risk } from '../../src-preload/contract/releases.ts'
import { riskLevels } from '../../src-preload/contract/vocabulary.ts'
import type { Message, RiskLevel, StrategyName } from '../../src-preload/contract/vocabulary.ts'

export interface RiskFacts {
  readonly production: boolean
  readonly stage: string
  readonly diff: Diff
  readonly strategy: StrategyName
  readonly checks: readonly Check[]
  /** Whether there is a document to return to. */
  readonly can_go_back: boolean
  /** Hours since the newest failed release on the target, or null. */
  readonly hours_since_failure: number | null
}

const manyFields = 20
const recentHours = 24

interface Reason {
  readonly points: number
  readonly message: Message
}

function stageReasons(facts: RiskFacts): Reason[] {
  if (!facts.production) return []
  return [{ points: 2, message: { text: 'risk.production', params: { stage: facts.stage } } }]
}

function changeReasons({ diff }: RiskFacts): Reason[] {
  const reasons: Reason[] = []
  const changed = diff.objects.filter((object) => object.action !== 'unchanged')
  const volumes = changed.filter((object) => object.kind === 'volume' && object.action !== 'create')
  if (volumes.length > 0) {
    const params = { count: volumes.length, names: volumes.map((object) => object.name).join(', ') }
    reasons.push({ points: 2, message: { text: 'risk.volumes', params } })
  }
  const removed = diff.counts.delete + diff.counts.replace
  if (removed > 0) reasons.push({ points: 1, message: { text: 'risk.removes', params: { count: removed } } })
  const fields = changed.reduce((sum, object) => sum + object.fields.length, 0)
  if (fields > manyFields)
    reasons.push({ points: 1, message: { text: 'risk.large', params: { count: fields } } })
  return reasons
}

function circumstanceReasons(facts: RiskFacts): Reason[] {
  const reasons: Reason[] = []
  if (!facts.can_go_back) reasons.push({ points: 1, message: { text: 'risk.no_way_back', params: {} } })
  if (facts.hours_since_failure !== null && facts.hours_since_failure < recentHours) {
    const hours = Math.max(1, Math.ceil(facts.hours_since_failure))
    reasons.push({ points: 1, message: { text: 'risk.recent_failure', params: { count: hours } } })
  }
  const warnings = facts.checks.filter((check) => check.severity === 'warning').length
  if (warnings > 0)
    reasons.push({ points: 1, message: { text: 'risk.warnings', params: { count: warnings } } })
  return reasons
}

function levelOf(points: number): RiskLevel {
  return riskLevels[Math.min(riskLevels.length - 1, Math.floor(points / 2))] ?? 'critical'
}

/** Risk is computed, not typed: points for each reason, two points a level, and every reason listed. */
export function assessRisk(facts: RiskFacts): Risk {
  const reasons = [...stageReasons(facts), ...changeReasons(facts), ...circumstanceReasons(facts)]
  const points = reasons.reduce((sum, reason) => sum + reason.points, 0)
  return { level: levelOf(points), reasons: reasons.map((reason) => reason.message) }
}
