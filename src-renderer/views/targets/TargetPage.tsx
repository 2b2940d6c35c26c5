import { Anchor, Button, Code, List, Loader, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from 'wouter'
import type { Target } from '../../../src-preload/contract/targets.ts'
import { Facts } from '../../components/Facts.tsx'
import { Failure } from '../../components/Failure.tsx'
import { Hash } from '../../components/Hash.tsx'
import { Instant } from '../../components/Instant.tsx'
import { findNamed } from '../../components/named.ts'
import { Page, Section } from '../../components/Page.tsx'
import { useProjectNames } from '../../components/projects.ts'
import { Several } from '../../components/Several.tsx'
import { orpc } from '../../transport/client.ts'
import { useWords } from '../../words/words.ts'
import { Freezes } from './Freezes.tsx'
import { Observe } from './Observe.tsx'
import { placeWords } from './placeWords.ts'
import { StageName } from './TargetsPage.tsx'

/** One target: where it is, what was last applied, who works on it, whether anything may start, and what runs there. */
export function TargetPage() {
  const { target: wanted = '' } = useParams()
  const { say } = useWords()
  const projects = useProjectNames()
  const { data, error, isPending, dataUpdatedAt } = useQuery(orpc.targets.list.queryOptions({ input: {} }))
  const found = findNamed(data ?? [], wanted)
  const one = found.kind === 'one' ? found.found : null
  return (
    <Page
      title={one?.name ?? wanted}
      freshness={dataUpdatedAt}
      actions={one !== null && <Actions target={one} />}
    >
      <Failure error={error} />
      {isPending && <Loader size="sm" aria-label={say('window.loading')} />}
      {data !== undefined && found.kind === 'none' && <Text>{say('window.targets.unknown')}</Text>}
      {found.kind === 'several' && (
        <Several
          text={say('window.targets.several')}
          choices={found.found.map(({ id, name, project_id }) => ({
            label: `${name} (${projects.get(project_id) ?? id})`,
            href: `/targets/${id}`,
          }))}
        />
      )}
      {one !== null && <Detail key={one.id} target={one} project={projects.get(one.project_id) ?? null} />}
    </Page>
  )
}

function Actions({ target }: { readonly target: Target }) {
  const { say } = useWords()
  return (
    <Button component={Link} href={`/releases?target=${target.name}`} variant="default">
      {say('window.targets.its_releases')}
    </Button>
  )
}

function Detail({ target, project }: { readonly target: Target; readonly project: string | null }) {
  const { say } = useWords()
  return (
    <Stack gap="lg">
      <TargetFacts target={target} project={project} />
      <Observe target={target} />
      {project !== null && <Freezes stage={target.stage.name} project={project} />}
      <Section title={say('window.targets.services')}>
        <Services target={target} />
      </Section>
    </Stack>
  )
}

function TargetFacts({ target, project }: { readonly target: Target; readonly project: string | null }) {
  const { say } = useWords()
  const { host, allow } = target.place
  return (
    <Facts
      facts={[
        [say('window.services.project'), project],
        [say('window.releases.stage'), <StageName key="stage" stage={target.stage} />],
        [say('window.releases.runtime'), say(`window.runtime.${target.runtime}`)],
        [say('window.targets.place'), placeWords(target, say)],
        [
          say(host.kind === 'ssh' ? 'window.targets.host_key' : 'window.targets.engine'),
          <Code key="key">{host.kind === 'ssh' ? host.host_key : host.engine_id}</Code>,
        ],
        [
          say('window.targets.allow'),
          allow.length === 0 ? say('window.targets.allow_none') : allow.join(', '),
        ],
        [say('window.targets.identity'), <Hash key="identity" value={target.identity} />],
        [say('window.targets.fence'), target.fence],
        [say('window.targets.last_applied'), <LastApplied key="last" last={target.last_applied} />],
        [say('window.targets.locked'), target.locked_by ?? say('window.targets.nobody_works')],
      ]}
    />
  )
}

function LastApplied({ last }: { readonly last: Target['last_applied'] }) {
  const { say } = useWords()
  if (last === null) return <>{say('window.targets.nothing_applied')}</>
  return (
    <>
      <Anchor inherit component={Link} href={`/releases/${last.release}`}>
        {last.release}
      </Anchor>{' '}
      <Instant at={last.at} /> <Hash value={last.document_digest} />
    </>
  )
}

function Services({ target }: { readonly target: Target }) {
  const { say } = useWords()
  const { data } = useQuery(orpc.services.list.queryOptions({ input: {} }))
  const there =
    data?.filter(({ releases_to }) => releases_to.some(({ target_id }) => target_id === target.id)) ?? []
  if (there.length === 0) return <Text size="sm">{say('window.targets.no_services')}</Text>
  return (
    <List size="sm">
      {there.map(({ id, name }) => (
        <List.Item key={id}>
          <Anchor component={Link} href={`/services/${id}`} size="sm">
            {name}
          </Anchor>
        </List.Item>
      ))}
    </List>
  )
}
