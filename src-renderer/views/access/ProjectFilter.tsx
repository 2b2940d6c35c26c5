import { NativeSelect } from '@mantine/core'
import { useFilters } from '../../components/filters.ts'
import { useWords } from '../../words/words.ts'
import { useProjects } from './change/fields.tsx'

const names = ['project'] as const

/** The project that a page is narrowed to by its address; null for all. */
export function useChosenProject(): string | null {
  const { filters } = useFilters(names)
  return filters.project === '' ? null : filters.project
}

/** Narrows a page to one project. */
export function ProjectFilter() {
  const { say } = useWords()
  const { filters, set } = useFilters(names)
  const projects = useProjects()
  return (
    <NativeSelect
      label={say('window.access.project')}
      size="xs"
      w="fit-content"
      value={filters.project}
      onChange={({ currentTarget }) => set('project', currentTarget.value)}
      data={[
        { value: '', label: say('window.access.every_project') },
        ...projects.map((project) => ({ value: project, label: project })),
      ]}
    />
  )
}
