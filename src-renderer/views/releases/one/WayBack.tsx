import { Anchor } from '@mantine/core'
import { skipToken, useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { orpc } from '../../../transport/client.ts'

/** Another release by its id, as a link with its label. */
export function ReleaseLink({ id }: { readonly id: string }) {
  const { data } = useQuery(orpc.releases.get.queryOptions({ input: { release: id } }))
  const label = data?.label ?? id.slice(0, 8)
  return (
    <Anchor inherit component={Link} href={`/releases/${data?.label ?? id}`}>
      {label}
    </Anchor>
  )
}

/** The release that took this one back, where it was: an id, or null. */
export function useTakenBackBy(release: Release): string | null {
  const { project, service, target, lifecycle_state: state } = release
  const { data } = useQuery(
    orpc.releases.list.queryOptions({
      input:
        state === 'rollback'
          ? { project, service: service.name, target: target.name, state: 'applied', limit: 200 }
          : skipToken,
    }),
  )
  return data?.find(({ source_release_id }) => source_release_id === release.id)?.id ?? null
}
