import { z } from 'zod'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import type { Service, VariableDeclaration } from '../../../../src-preload/contract/services.ts'
import { strategyName } from '../../../../src-preload/contract/vocabulary.ts'
import type { Client } from '../../../transport/client.ts'
import type { CommandInput } from '../../../transport/command.ts'
import type { SayKey } from '../../../words/words.ts'

/** What a person types to have a release planned; service and target by id. Secrets are kept apart. */
export const formDraft = z.object({
  service: z.string(),
  target: z.string(),
  variables: z.record(z.string(), z.string()),
  version_label: z.string(),
  reason: z.string(),
  change_link: z.string(),
  strategy: z.union([strategyName, z.literal('')]),
})
export type FormDraft = z.infer<typeof formDraft>
export const formSecrets = z.record(z.string(), z.string())
export type FormSecrets = z.infer<typeof formSecrets>
export type PlanInput = CommandInput<Client['releases']['preview']>

export const emptyForm: FormDraft = {
  service: '',
  target: '',
  variables: {},
  version_label: '',
  reason: '',
  change_link: '',
  strategy: '',
}
export const noSecrets: FormSecrets = {}

/** The form as a release was planned with it, to plan it again or another one like it. */
export function formOf(release: Release): FormDraft {
  return {
    service: release.service.id,
    target: release.target.id,
    variables: release.variables,
    version_label: release.version_label ?? '',
    reason: release.reason,
    change_link: release.change_link ?? '',
    strategy: release.strategy,
  }
}

/** A shorter value could not be masked in logs, so the engine refuses it as a secret; in characters. */
const shortestSecret = 4

export interface Judged {
  /** Problems by field: `service`, `target`, `change_link`, `variables.<name>`. */
  readonly problems: Readonly<Record<string, SayKey>>
  readonly ready: boolean
}

/**
 * What is wrong with the form as it stands.
 *
 * @param sealed secret variables whose value an earlier release on the target holds, and that may stay empty
 */
export function judge(
  service: Service | undefined,
  form: FormDraft,
  secrets: FormSecrets,
  sealed: readonly string[],
): Judged {
  const found: Record<string, SayKey | null> = {
    service: service === undefined ? 'window.plan.problem.service' : null,
    target: problemOfTarget(service, form),
    change_link: problemOfLink(form.change_link),
  }
  for (const [name, declared] of Object.entries(service?.variables ?? {})) {
    found[`variables.${name}`] = declared.secret
      ? problemOfSecret(declared, secrets[name] ?? '', sealed.includes(name))
      : problemOfVariable(declared, form.variables[name] ?? '')
  }
  const problems = Object.fromEntries(
    Object.entries(found).flatMap(([field, problem]) =>
      problem === null ? [] : [[field, problem] as const],
    ),
  )
  return { problems, ready: Object.keys(problems).length === 0 }
}

function problemOfTarget(service: Service | undefined, { target }: FormDraft): SayKey | null {
  const known = service?.releases_to.some(({ target_id }) => target_id === target) ?? false
  return known ? null : 'window.plan.problem.target'
}

function problemOfLink(link: string): SayKey | null {
  if (link === '') return null
  const valid = z.url({ protocol: /^https?$/ }).safeParse(link).success
  return valid ? null : 'window.plan.problem.link'
}

function problemOfVariable(declared: VariableDeclaration, value: string): SayKey | null {
  const given = value !== '' || declared.default !== undefined
  return declared.required && !given ? 'window.plan.problem.required' : null
}

function problemOfSecret(declared: VariableDeclaration, value: string, sealed: boolean): SayKey | null {
  if (value === '') return declared.required && !sealed ? 'window.plan.problem.required' : null
  return value.length < shortestSecret ? 'window.plan.problem.short_secret' : null
}

function filled(values: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values[name] ?? ''
      return value === '' ? [] : [[name, value] as const]
    }),
  )
}

/** What to have planned. An empty variable is left to its default; one that is no longer declared is left out. */
export function planInput(
  service: Service,
  form: FormDraft,
  secrets: FormSecrets,
  release: string | null,
): PlanInput {
  const names = Object.entries(service.variables)
  return {
    service: form.service,
    target: form.target,
    variables: filled(
      form.variables,
      names.flatMap(([name, { secret }]) => (secret ? [] : [name])),
    ),
    secrets: filled(
      secrets,
      names.flatMap(([name, { secret }]) => (secret ? [name] : [])),
    ),
    reason: form.reason.trim(),
    ...(form.version_label.trim() === '' ? {} : { version_label: form.version_label.trim() }),
    ...(form.change_link === '' ? {} : { change_link: form.change_link }),
    ...(form.strategy === '' ? {} : { strategy: form.strategy }),
    ...(release === null ? {} : { release }),
  }
}

/** The same plan once more, over what runs now; secret values stay those that were sealed before. */
export function planAgainInput(release: Release): PlanInput {
  return {
    service: release.service.id,
    target: release.target.id,
    release: release.id,
    variables: release.variables,
    secrets: {},
    strategy: release.strategy,
    reason: release.reason,
    ...(release.version_label === null ? {} : { version_label: release.version_label }),
    ...(release.change_link === null ? {} : { change_link: release.change_link }),
  }
}
