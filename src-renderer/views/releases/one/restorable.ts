import type { Release } from '../../../../src-preload/contract/releases.ts'

/** Earlier releases whose document ran on the same target and can be brought back, newest first. */
export function restorable(release: Release, all: readonly Release[]): Release[] {
  return all.filter(
    ({ id, kind, number, target, lifecycle_state: state }) =>
      id !== release.id &&
      kind === 'release' &&
      number < release.number &&
      target.id === release.target.id &&
      (state === 'applied' || state === 'rollback'),
  )
}
