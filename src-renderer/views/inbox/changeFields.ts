import { permission } from '../../../src-preload/contract/vocabulary.ts'
import { instant } from '../../../src-preload/contract/vocabulary.ts'
import type { ChangeTicket } from '../../../src-preload/contract/inbox.ts'
import { approvalRule, grantRuntime } from '../../../src-preload/contract/access.ts'
import { approvalRuleWords, listWords, runtimeWords } from '../../components/change/words.ts'
import type { At } from '../../components/change/words.ts'
import { isText } from '../../words/words.ts'
import type { Say } from '../../words/words.ts'

type Field = ChangeTicket['fields'][number]

/** The ledger's comparison of a change as people read it; what isn't known here stands as the ledger wrote it. */
export function readableFields(fields: readonly Field[], say: Say, at: At): Field[] {
  return fields.map(({ path, before, after }) => ({
    path: pathWords(path, say),
    before: before === null ? null : valueWords(path, before, say, at),
    after: after === null ? null : valueWords(path, after, say, at),
  }))
}

function pathWords(path: string, say: Say): string {
  const [noun = '', rest] = path.split('.')
  if (noun === 'rules' && rest !== undefined) return say('window.inbox.field.rule', { number: rest })
  if (noun === 'people' && rest !== undefined) return rest
  const key = `window.inbox.field.${path}`
  return isText(key) ? say(key) : path
}

function valueWords(path: string, value: string, say: Say, at: At): string {
  if (path === 'until' && value === 'unlimited') return say('window.inbox.field.unlimited')
  if (path === 'until' || path === 'from') return instant.safeParse(value).success ? at(value) : value
  if (path === 'active') return say(`window.access.people.${value === 'true' ? 'active' : 'inactive'}`)
  if (path.startsWith('rules.')) return ruleWords(value, say)
  return permission.safeParse(path).success ? runtimesWords(value, say) : value
}

/** The ledger writes a rule as `2 × role approver`. */
const written = /^(?<minimum>[1-9][0-9]*) × (?<kind>[a-z_]+)(?: (?<name>.+))?$/

function ruleWords(value: string, say: Say): string {
  const { minimum, kind, name } = written.exec(value)?.groups ?? {}
  const named = kind === 'role' || kind === 'team' ? { [kind]: name } : {}
  const rule = approvalRule.safeParse({ kind, minimum: Number(minimum), ...named })
  return rule.success ? approvalRuleWords(rule.data, say) : value
}

function runtimesWords(value: string, say: Say): string {
  const runtimes = grantRuntime.array().safeParse(value.split(', '))
  if (!runtimes.success) return value
  return listWords(
    runtimes.data.map((runtime) => runtimeWords(runtime, say)),
    say,
    'window.access.none',
  )
}
