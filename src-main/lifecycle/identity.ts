import type { ComposePlace } from '../../src-preload/contract/targets.ts'
import type { Digest } from '../../src-preload/contract/vocabulary.ts'
import { assertNever } from '../../src-preload/contract/vocabulary.ts'
import { canonicalDigest } from './canonical.ts'

function hostIdentity(place: ComposePlace): string {
  switch (place.host.kind) {
    case 'ssh':
      return place.host.host_key
    case 'local':
      return place.host.engine_id
    default:
      return assertNever(place.host)
  }
}

/**
 * What makes two targets the same place: the host's pinned key (or the Engine's id) and the Compose project. The
 * address is left out on purpose: a second name for the same host must not become a target with a softer policy.
 */
export function placeIdentity(place: ComposePlace): Digest {
  return canonicalDigest({ host: hostIdentity(place), project: place.project })
}
