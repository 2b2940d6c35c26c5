import { accessChange } from '../../../../src-preload/contract/access.ts'
import type { AccessChange } from '../../../../src-preload/contract/access.ts'
import type { TextKey } from '../../../../src-preload/contract/texts/en.ts'

/** What is wrong with the fields of a form, by the path of the field in the change (`rules.0.role`). */
export type Problems = Readonly<Record<string, TextKey>>

/** A form that asks for a change, or does not yet. */
export type Judged =
  | { readonly change: AccessChange; readonly problems: Problems }
  | { readonly change: null; readonly problems: Problems }

/**
 * Judges what a form holds: the change that it asks for, or what is missing, each at its field. The contract's own
 * schema decides about shapes; times are compared with `now`, in milliseconds since the epoch.
 */
export function judged(asked: unknown, now: number): Judged {
  const parsed = accessChange.safeParse(asked)
  if (!parsed.success) {
    const found = parsed.error.issues.map(({ path }) => [path.join('.'), problemAt(asked, path)] as const)
    return { change: null, problems: Object.fromEntries(found) }
  }
  const problems = contradictions(parsed.data, now)
  return Object.keys(problems).length === 0 ? { change: parsed.data, problems } : { change: null, problems }
}

function problemAt(asked: unknown, path: readonly PropertyKey[]): TextKey {
  const value = path.reduce<unknown>((held, key) => within(held, key), asked)
  if (value === undefined || value === null || value === '') return 'window.access.problem.needed'
  switch (String(path.at(-1))) {
    case 'minimum':
    case 'preview_ttl_minutes':
    case 'approval_window_hours':
      return 'window.access.problem.number'
    case 'until':
    case 'from':
      return 'window.access.problem.instant'
    default:
      return 'window.access.problem.name'
  }
}

function within(held: unknown, key: PropertyKey): unknown {
  return typeof held === 'object' && held !== null
    ? Object.entries(held).find(([name]) => name === String(key))?.[1]
    : undefined
}

function contradictions(change: AccessChange, now: number): Problems {
  switch (change.kind) {
    case 'grant':
      return change.until !== null && Date.parse(change.until) <= now
        ? { until: 'window.access.problem.past' }
        : {}
    case 'delegate':
      return {
        ...(change.person === change.to ? { to: 'window.access.problem.same_person' } : {}),
        ...spanProblems(change, now),
      }
    case 'policy':
      return repeatedRules(change.rules.map((rule) => JSON.stringify({ ...rule, minimum: 1 })))
    case 'stage':
    case 'lift_freeze':
    case 'revoke':
    case 'member':
    case 'role':
    case 'team':
    case 'service_team':
      return {}
  }
}

function repeatedRules(rules: readonly string[]): Problems {
  const repeated = rules.flatMap((rule, index) =>
    rules.indexOf(rule) < index
      ? [[`rules.${index}.kind`, 'window.access.problem.repeated'] satisfies [string, TextKey]]
      : [],
  )
  return Object.fromEntries(repeated)
}

/** What is wrong with a span of time that has to end after it begins, and after `now`. */
export function spanProblems(span: { readonly from: string; readonly until: string }, now: number): Problems {
  const until = Date.parse(span.until)
  if (until <= Date.parse(span.from)) return { until: 'window.access.problem.order' }
  return until <= now ? { until: 'window.access.problem.past' } : {}
}
