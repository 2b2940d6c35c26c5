import type { Release } from '../../../../src-preload/contract/releases.ts'
import { StateBadge } from '../../../components/badges.tsx'
import { Instant } from '../../../components/Instant.tsx'
import type { Column } from '../../../components/Rows.tsx'
import { visible } from '../../../words/visible.ts'
import type { Say } from '../../../words/words.ts'

/** What a list of releases shows of each. */
export function releaseColumns(say: Say): Column<Release>[] {
  return [
    { key: 'release', head: say('window.releases.release'), width: '1fr', cell: ({ label }) => label },
    {
      key: 'state',
      head: say('window.releases.state'),
      width: 'minmax(11rem, 1.3fr)',
      cell: ({ lifecycle_state }) => <StateBadge state={lifecycle_state} />,
    },
    {
      key: 'service',
      head: say('window.releases.service'),
      width: '0.9fr',
      cell: ({ service }) => service.name,
    },
    {
      key: 'target',
      head: say('window.releases.target'),
      width: '2fr',
      cell: ({ target }) => `${target.name} (${target.stage})`,
    },
    {
      key: 'version',
      head: say('window.releases.version'),
      width: '0.8fr',
      cell: ({ version_label }) => visible(version_label ?? '–'),
    },
    { key: 'by', head: say('window.releases.by'), width: '0.8fr', cell: ({ created_by }) => created_by },
    {
      key: 'changed',
      head: say('window.releases.changed'),
      width: '1.3fr',
      cell: ({ updated_at }) => <Instant at={updated_at} short />,
    },
  ]
}
