import type { Target } from '../../../src-preload/contract/targets.ts'
import type { Say } from '../../words/words.ts'

/** Where a target is, in one line. */
export function placeWords({ place }: Pick<Target, 'place'>, say: Say): string {
  const { host, project } = place
  if (host.kind === 'local') return say('window.targets.local', { project })
  return say('window.targets.ssh', { user: host.user, address: host.address, port: host.port, project })
}
