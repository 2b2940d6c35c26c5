import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { accessChange, grantRuntime } from '../../../src-preload/contract/access.ts'
import type { AccessChange, Changed } from '../../../src-preload/contract/access.ts'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { addCommand } from '../command.ts'
import type { Flag, Parent } from '../command.ts'
import { say } from '../say.ts'
import { bindingGiven, permissionGiven, ruleGiven } from './accessGiven.ts'
import { instantGiven, invalid, readGiven } from './given.ts'

const flags: readonly Flag[] = [
  { flags: '--file <path>', text: 'flag.change_file' },
  { flags: '--project <name>', text: 'flag.in_project' },
  { flags: '--stage <name>', text: 'flag.stage' },
  { flags: '--runtime <name>', text: 'flag.grant_runtime' },
  { flags: '--rule <rule>', text: 'flag.rule', repeat: true },
  { flags: '--no-rules', text: 'flag.no_rules' },
  { flags: '--preview-ttl <minutes>', text: 'flag.preview_ttl' },
  { flags: '--approval-window <hours>', text: 'flag.approval_window' },
  { flags: '--freeze <id>', text: 'flag.freeze' },
  { flags: '--who <who>', text: 'flag.who' },
  { flags: '--role <role>', text: 'flag.one_role' },
  { flags: '--permission <permission>', text: 'flag.permission', repeat: true },
  { flags: '--team <name>', text: 'flag.team' },
  { flags: '--person <login>', text: 'flag.team_person', repeat: true },
  { flags: '--service <name>', text: 'flag.of_service' },
  { flags: '--active', text: 'flag.active' },
  { flags: '--inactive', text: 'flag.inactive' },
  { flags: '--to <login>', text: 'flag.delegate_to' },
  { flags: '--from <time>', text: 'flag.from' },
  { flags: '--until <time>', text: 'flag.grant_until' },
  { flags: '--reason <text>', text: 'flag.reason' },
]

const typed = z.object({
  project: z.string().optional(),
  stage: z.string().optional(),
  runtime: grantRuntime.optional(),
  rule: z.array(z.string()).optional(),
  /** commander's form of `--no-rules`: true where it was not given. */
  rules: z.boolean().optional(),
  previewTtl: z.coerce.number().optional(),
  approvalWindow: z.coerce.number().optional(),
  freeze: z.string().optional(),
  who: z.string().optional(),
  role: z.string().optional(),
  permission: z.array(z.string()).optional(),
  team: z.string().optional(),
  person: z.array(z.string()).optional(),
  service: z.string().optional(),
  active: z.boolean().optional(),
  inactive: z.boolean().optional(),
  to: z.string().optional(),
  from: z.string().optional(),
  until: z.string().optional(),
})
type Typed = z.infer<typeof typed>

interface Kind {
  /** The flag that each field of the change comes from. */
  readonly fields: Readonly<Record<string, string>>
  /** The change as far as it was typed; the contract's schema judges it. */
  build(given: Typed, now: number): Record<string, unknown>
}

const time = (flag: string, text: string | undefined, now: number) =>
  text === undefined ? undefined : instantGiven(flag, text, now)

const kinds: Readonly<Record<string, Kind>> = {
  policy: {
    fields: { project: '--project', stage: '--stage', runtime: '--runtime', rules: '--rule or --no-rules' },
    build: ({ project, stage, runtime = '*', rule, rules }) => {
      if (rules === false && rule !== undefined)
        throw invalid('--no-rules', 'give either --rule or --no-rules')
      const wanted = rules === false ? [] : rule?.map(ruleGiven)
      return { kind: 'policy', project, stage, runtime, rules: wanted }
    },
  },
  stage: {
    fields: {
      project: '--project',
      stage: '--stage',
      preview_ttl_minutes: '--preview-ttl',
      approval_window_hours: '--approval-window',
    },
    build: ({ project, stage, previewTtl, approvalWindow }) => ({
      kind: 'stage',
      project,
      stage,
      preview_ttl_minutes: previewTtl,
      approval_window_hours: approvalWindow,
    }),
  },
  'lift-freeze': {
    fields: { freeze: '--freeze' },
    build: ({ freeze }) => ({ kind: 'lift_freeze', freeze }),
  },
  grant: {
    fields: { to: '--who', role: '--role', project: '--project', until: '--until' },
    build: ({ who, role, project = null, until }, now) => ({
      kind: 'grant',
      to: bindingGiven(who),
      role,
      project,
      until: time('--until', until, now) ?? null,
    }),
  },
  revoke: {
    fields: { from: '--who', role: '--role', project: '--project' },
    build: ({ who, role, project = null }) => ({ kind: 'revoke', from: bindingGiven(who), role, project }),
  },
  member: {
    fields: { login: '--who', active: '--active or --inactive' },
    build: ({ who, active, inactive }) => ({
      kind: 'member',
      login: who,
      active: active === inactive ? undefined : active === true,
    }),
  },
  role: {
    fields: { role: '--role', permissions: '--permission' },
    build: ({ role, permission }) => ({ kind: 'role', role, permissions: permission?.map(permissionGiven) }),
  },
  team: {
    fields: { project: '--project', team: '--team', people: '--person' },
    build: ({ project, team, person = [] }) => ({ kind: 'team', project, team, people: person }),
  },
  'service-team': {
    fields: { project: '--project', service: '--service', team: '--team' },
    build: ({ project, service, team = null }) => ({ kind: 'service_team', project, service, team }),
  },
  delegate: {
    fields: { person: '--who', to: '--to', from: '--from', until: '--until' },
    build: ({ who, to, from = 'now', until }, now) => ({
      kind: 'delegate',
      person: who,
      to,
      from: time('--from', from, now),
      until: time('--until', until, now),
    }),
  },
}

/** A flag that the kind has no use for would be dropped without a word otherwise. */
function refuseOthers(name: string, kind: Kind, given: Typed): void {
  const known = Object.values(kind.fields).join(' ')
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || (key === 'rules' && value === true)) continue
    const flag = key === 'rules' ? '--no-rules' : `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`
    if (!known.split(/ or | /).includes(flag)) throw invalid(flag, `has no meaning for ${name}`)
  }
}

/**
 * The change that was typed: its kind, and the flags that belong to it. Throws `validation_error` naming the flag that
 * is missing, wrong, or of another kind.
 *
 * @param now milliseconds since the epoch, for times given from now
 */
export function changeTyped(name: string | undefined, options: unknown, now: number): AccessChange {
  const kind = name === undefined ? undefined : kinds[name]
  if (name === undefined || kind === undefined) {
    throw invalid('kind', `expected one of ${Object.keys(kinds).join(', ')}, or --file`)
  }
  const given = typed.parse(options)
  refuseOthers(name, kind, given)
  const built = kind.build(given, now)
  const parsed = accessChange.safeParse(built)
  if (parsed.success) return parsed.data
  throw new PilothouseError('validation_error', {
    problems: parsed.error.issues.map((issue) => {
      const [field = ''] = issue.path.map(String)
      const problem = built[field] === undefined ? `${name} needs it` : issue.message
      return { path: kind.fields[field] ?? field, problem }
    }),
  })
}

function contentOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalid(file, error.message, error)
  }
}

async function changeFromFile(file: string): Promise<AccessChange> {
  const parsed = accessChange.safeParse(contentOf(file, await readGiven('--file', file)))
  if (parsed.success) return parsed.data
  throw new PilothouseError('validation_error', {
    problems: parsed.error.issues.map(({ path, message }) => ({
      path: [file, ...path.map(String)].join(' '),
      problem: message,
    })),
  })
}

/** What became of a change: done, or waiting for a second person. */
export function changedLines({ ticket }: Changed): string[] {
  return [ticket === null ? say('say.change_done') : say('say.change_waits', { ticket })]
}

/** `pilothouse access change` */
export function addAccessChange(parent: Parent): void {
  addCommand(parent, {
    usage: 'change [kind]',
    text: 'access.change',
    flags,
    options: z.looseObject({
      kind: z.string().optional(),
      file: z.string().optional(),
      reason: z.string().optional(),
    }),
    run: async ({ client, output, around }, { kind, file, reason, ...options }) => {
      if (kind !== undefined && file !== undefined) throw invalid('--file', 'give either a kind or --file')
      const change =
        file === undefined ? changeTyped(kind, options, around.clock.now()) : await changeFromFile(file)
      const answer = await (await client()).access.change({ command_id: newId(), change, reason })
      output.answer(answer, () => changedLines(answer))
    },
  })
}
