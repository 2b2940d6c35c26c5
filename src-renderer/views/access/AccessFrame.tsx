import { Button, Group, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link, useSearch } from 'wouter'
import { Page } from '../../components/Page.tsx'
import { useMe } from '../../transport/me.ts'
import { useWords } from '../../words/words.ts'

/** The pages about access, in their order, and where each stands. */
export const accessPages = [
  { name: 'people', path: '/access' },
  { name: 'teams', path: '/access/teams' },
  { name: 'roles', path: '/access/roles' },
  { name: 'policies', path: '/access/policies' },
  { name: 'freezes', path: '/access/freezes' },
  { name: 'delegates', path: '/access/delegates' },
  { name: 'missing', path: '/access/missing' },
] as const
export type AccessPageName = (typeof accessPages)[number]['name']

interface Props {
  readonly page: AccessPageName
  readonly actions?: ReactNode
  readonly freshness?: number
  /** Whether what stands here could be changed by somebody with `access:write`. */
  readonly editable?: boolean
  readonly children: ReactNode
}

/** One page about access, with the way to the others; the chosen project goes along. */
export function AccessFrame({ page, actions, freshness, editable = true, children }: Props) {
  const { say } = useWords()
  const { me, may } = useMe()
  const search = useSearch()
  return (
    <Page
      title={say(`window.access.${page}`)}
      actions={actions}
      {...(freshness === undefined ? {} : { freshness })}
    >
      <Group component="nav" gap={4} aria-label={say('window.access.pages')}>
        {accessPages.map(({ name, path }) => (
          <Button
            key={name}
            component={Link}
            href={search === '' ? path : `${path}?${search}`}
            size="xs"
            variant={name === page ? 'light' : 'subtle'}
            color={name === page ? 'blue' : 'gray'}
            aria-current={name === page ? 'page' : undefined}
          >
            {say(`window.access.${name}`)}
          </Button>
        ))}
      </Group>
      {editable && me !== undefined && !may('access:write') && (
        <Text size="sm" c="dimmed" role="note">
          {say('window.access.read_only')}
        </Text>
      )}
      {children}
    </Page>
  )
}
