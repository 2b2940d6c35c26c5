import { skipToken, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import type { Service } from '../../../../src-preload/contract/services.ts'
import { useDraft } from '../../../state/drafts.ts'
import type { Draft } from '../../../state/drafts.ts'
import { orpc } from '../../../transport/client.ts'
import { emptyForm, formDraft, formOf, formSecrets, judge, noSecrets } from './form.ts'
import type { FormDraft, FormSecrets, Judged } from './form.ts'

/** Which form this is: of a new release, of a new one like another, or of one that is planned again. */
export interface FormKind {
  /** Label of the release that is planned again. */
  readonly again: string | null
  /** Label of the release that a new one is to be like. */
  readonly like: string | null
  /** Service and target to begin with, by id or name. */
  readonly service: string | null
  readonly target: string | null
}

/** Everything that the form shows. */
export interface FormState {
  readonly services: readonly Service[]
  readonly service: Service | undefined
  readonly form: Draft<FormDraft>
  readonly secrets: Draft<FormSecrets>
  /** Secret variables that an earlier release on the target sealed. */
  readonly sealed: readonly string[]
  readonly judged: Judged
  readonly pending: boolean
  readonly error: unknown
}

function named<T extends { readonly id: string; readonly name: string }>(
  all: readonly T[],
  wanted: string | null,
) {
  return all.find(({ id, name }) => id === wanted || name === wanted)
}

function useBeginning(kind: FormKind, services: readonly Service[], of: Release | undefined): FormDraft {
  return useMemo(() => {
    if (of !== undefined) return formOf(of)
    const only = services.length === 1 ? services[0] : undefined
    const service = named(services, kind.service) ?? only
    const places = service?.releases_to ?? []
    const target =
      places.find((place) => place.target_id === kind.target || place.target === kind.target) ??
      (places.length === 1 ? places[0] : undefined)
    return { ...emptyForm, service: service?.id ?? '', target: target?.target_id ?? '' }
  }, [kind.service, kind.target, services, of])
}

function useSealed(target: string, of: Release | undefined): readonly string[] {
  const targets = useQuery(orpc.targets.list.queryOptions({ input: {} })).data
  const last = targets?.find(({ id }) => id === target)?.last_applied?.release
  const applied = useQuery(
    orpc.releases.get.queryOptions({ input: last === undefined ? skipToken : { release: last } }),
  ).data
  const own = of?.target.id === target ? of.secret_variables : []
  return [...new Set([...own, ...(applied?.secret_variables ?? [])])]
}

/** The form's state: what was typed, what it is judged to be, and what the services declare. */
export function useForm(kind: FormKind): FormState {
  const key = `release:${kind.again ?? (kind.like === null ? 'new' : `like:${kind.like}`)}`
  const reference = kind.again ?? kind.like
  const listed = useQuery(orpc.services.list.queryOptions({ input: {} }))
  const of = useQuery(
    orpc.releases.get.queryOptions({ input: reference === null ? skipToken : { release: reference } }),
  )
  const services = useMemo(() => listed.data ?? [], [listed.data])
  const beginning = useBeginning(kind, services, of.data)
  const form = useDraft(key, formDraft, beginning)
  const secrets = useDraft(key, formSecrets, noSecrets, { secret: true })
  const service = services.find(({ id }) => id === form.value.service)
  const sealed = useSealed(form.value.target, of.data)
  return {
    services,
    service,
    form,
    secrets,
    sealed,
    judged: judge(service, form.value, secrets.value, sealed),
    pending: listed.isPending || (reference !== null && of.isPending),
    error: listed.error ?? of.error,
  }
}
