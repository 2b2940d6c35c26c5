import { Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { Member } from '../../../../src-preload/contract/members.ts'
import { inDialog } from '../../../components/inDialog.ts'
import { orpc } from '../../../transport/client.ts'
import { useWords } from '../../../words/words.ts'
import type { TextKey } from '../../../../src-preload/contract/texts/en.ts'
import { runtimeWords } from '../../../components/change/words.ts'

interface Field {
  readonly label: string
  readonly value: string
  readonly onChange: (value: string) => void
  readonly problem: TextKey | undefined
  readonly description?: string
  readonly disabled?: boolean
}

interface ChoiceProps extends Field {
  readonly options: readonly { readonly value: string; readonly label: string }[]
}

/** One of several; '' where nothing is chosen. */
export function Choice({ options, value, onChange, problem, ...rest }: ChoiceProps) {
  const { say } = useWords()
  return (
    <Select
      {...rest}
      data={[...options]}
      value={value === '' ? null : value}
      onChange={(chosen) => onChange(chosen ?? '')}
      allowDeselect={false}
      searchable={options.length > 8}
      error={problem === undefined ? undefined : say(problem)}
      comboboxProps={inDialog}
      withAsterisk
    />
  )
}

const plain = (names: readonly string[]) => names.map((name) => ({ value: name, label: name }))

/** The projects that have a stage or a team, as far as the reader sees them. */
export function useProjects(): readonly string[] {
  const policies = useQuery(orpc.access.policies.queryOptions({ input: {} }))
  const teams = useQuery(orpc.access.teams.queryOptions({ input: {} }))
  return useMemo(() => {
    const named = [...(policies.data ?? []), ...(teams.data ?? [])].map(({ project }) => project)
    return [...new Set(named)].sort()
  }, [policies.data, teams.data])
}

/** A project; `all` offers all of them as '*'. */
export function ProjectChoice({ all = false, ...field }: Field & { readonly all?: boolean }) {
  const { say } = useWords()
  const projects = useProjects()
  const every = all ? [{ value: '*', label: say('window.access.all_projects') }] : []
  return <Choice {...field} options={[...every, ...plain(projects)]} />
}

/** A stage of a project. */
export function StageChoice({ project, ...field }: Field & { readonly project: string }) {
  const { data } = useQuery(orpc.access.policies.queryOptions({ input: {} }))
  const stages = (data ?? []).filter((policy) => policy.project === project).map(({ stage }) => stage)
  return <Choice {...field} options={plain([...new Set(stages)])} />
}

/** A role, by its name. */
export function RoleChoice(field: Field) {
  const { data } = useQuery(orpc.access.roles.queryOptions({ input: {} }))
  return <Choice {...field} options={plain((data ?? []).map(({ role }) => role))} />
}

/** A team of a project. */
export function TeamChoice({ project, ...field }: Field & { readonly project: string }) {
  const { data } = useQuery(orpc.access.teams.queryOptions({ input: {} }))
  const teams = (data ?? []).filter((team) => team.project === project).map(({ name }) => name)
  return <Choice {...field} options={plain(teams)} />
}

/** A runtime, or any. */
export function RuntimeChoice(field: Field) {
  const { say } = useWords()
  const runtimes = ['*', 'compose', 'k8s'] as const
  return <Choice {...field} options={runtimes.map((value) => ({ value, label: runtimeWords(value, say) }))} />
}

/** A login with the name of its person. */
export function LoginChoice({ fits, ...field }: Field & { readonly fits?: (member: Member) => boolean }) {
  const { data } = useQuery(orpc.members.list.queryOptions({ input: {} }))
  const members = (data ?? []).filter((member) => fits?.(member) ?? true)
  return <Choice {...field} options={members.map(memberOption)} />
}

/** A member as a choice: the person and which of their logins. */
export function memberOption({ login, person }: Member): { readonly value: string; readonly label: string } {
  return { value: login, label: `${person.name} (${login})` }
}

/** A date and a time in the reader's time zone, as `2026-03-01T09:30`. */
export function InstantField({ needed = true, ...field }: Field & { readonly needed?: boolean }) {
  const { label, value, onChange, problem, description } = field
  const { say } = useWords()
  const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return (
    <TextInput
      type="datetime-local"
      label={label}
      description={description ?? say('window.access.time_zone', { zone })}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
      error={problem === undefined ? undefined : say(problem)}
      withAsterisk={needed}
    />
  )
}
