import { Anchor, Code, Group } from '@mantine/core'
import { Link } from 'wouter'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { Facts } from '../../../components/Facts.tsx'
import { Hash } from '../../../components/Hash.tsx'
import { Instant } from '../../../components/Instant.tsx'
import { visible } from '../../../words/visible.ts'
import { useWords } from '../../../words/words.ts'
import { ReleaseLink, useTakenBackBy } from './WayBack.tsx'

/** What a release is: what goes where, with which values, who asked and why. */
export function ReleaseFacts({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const { service, target, change_link, document_digest } = release
  const takenBackBy = useTakenBackBy(release)
  return (
    <Group align="flex-start" gap="xl">
      <Facts
        facts={[
          [
            say('window.releases.service'),
            <Anchor inherit key="service" component={Link} href={`/services/${service.id}`}>
              {`${service.name} (${release.project})`}
            </Anchor>,
          ],
          [
            say('window.releases.target'),
            <Anchor inherit key="target" component={Link} href={`/targets/${target.id}`}>
              {`${target.name} (${target.stage})`}
            </Anchor>,
          ],
          [say('window.releases.back_from'), linkTo(release.source_release_id)],
          [say('window.releases.back_to'), linkTo(release.target_revision)],
          [say('window.releases.taken_back_by'), linkTo(takenBackBy)],
          [say('window.releases.version'), visible(release.version_label ?? '')],
          [say('window.releases.variables'), <Variables key="variables" release={release} />],
          [say('window.releases.strategy'), say(`window.strategy.${release.strategy}`)],
        ]}
      />
      <Facts
        facts={[
          [say('window.releases.by'), release.created_by],
          [say('window.releases.asked_at'), <Instant key="asked" at={release.created_at} />],
          [say('window.plan.reason'), visible(release.reason)],
          [
            say('window.plan.change_link'),
            change_link === null ? null : (
              <Anchor inherit key="link" href={change_link} target="_blank" rel="noreferrer noopener">
                {visible(change_link)}
              </Anchor>
            ),
          ],
          [
            say('window.releases.document'),
            document_digest === null ? null : <Hash key="hash" value={document_digest} />,
          ],
          [say('window.releases.attempts'), release.attempts === 0 ? null : release.attempts],
          [say('window.releases.changed'), <Instant key="changed" at={release.updated_at} />],
        ]}
      />
    </Group>
  )
}

function linkTo(id: string | null) {
  return id === null ? null : <ReleaseLink key={id} id={id} />
}

function Variables({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const open = Object.entries(release.variables)
  if (open.length + release.secret_variables.length === 0) return <>–</>
  return (
    <Group gap={4}>
      {open.map(([name, value]) => (
        <Code key={name}>{visible(`${name}=${value}`)}</Code>
      ))}
      {release.secret_variables.map((name) => (
        <Code key={name}>{say('window.releases.secret_variable', { name })}</Code>
      ))}
    </Group>
  )
}
