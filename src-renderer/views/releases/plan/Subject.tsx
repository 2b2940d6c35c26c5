import { NativeSelect, SimpleGrid, Text } from '@mantine/core'
import type { Service } from '../../../../src-preload/contract/services.ts'
import { useProjectNames } from '../../../components/projects.ts'
import { useWords } from '../../../words/words.ts'
import type { FormState } from './useForm.ts'

/** What is released, and where to. What a release was made for stays: another service or target is another release. */
export function Subject({
  state,
  fixed,
  showAll,
}: {
  readonly state: FormState
  readonly fixed: boolean
  readonly showAll: boolean
}) {
  const { say } = useWords()
  const projects = useProjectNames()
  const { services, service, judged } = state
  const { value: form, set } = state.form
  const many = new Set(services.map(({ project_id }) => project_id)).size > 1
  const label = ({ name, project_id }: Service) =>
    many ? `${name} (${projects.get(project_id) ?? '…'})` : name
  const shown = (field: 'service' | 'target') => {
    const problem = judged.problems[field]
    return problem !== undefined && showAll ? say(problem) : undefined
  }
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} maw={720}>
      <NativeSelect
        label={say('window.releases.service')}
        required
        disabled={fixed}
        value={form.service}
        error={shown('service')}
        onChange={({ currentTarget }) =>
          set({ ...form, service: currentTarget.value, target: '', variables: {} })
        }
        data={[
          { value: '', label: say('window.plan.choose') },
          ...services.map((each) => ({ value: each.id, label: label(each) })),
        ]}
      />
      <NativeSelect
        label={say('window.releases.target')}
        required
        disabled={fixed || service === undefined}
        value={form.target}
        error={shown('target')}
        onChange={({ currentTarget }) => set({ ...form, target: currentTarget.value })}
        data={[
          { value: '', label: say('window.plan.choose') },
          ...(service?.releases_to ?? []).map(({ target_id, target }) => ({
            value: target_id,
            label: target,
          })),
        ]}
      />
      {service !== undefined && service.releases_to.length === 0 && (
        <Text size="sm" c="dimmed">
          {say('window.plan.no_targets')}
        </Text>
      )}
    </SimpleGrid>
  )
}
