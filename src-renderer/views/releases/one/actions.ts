import type { Release } from '../../../../src-preload/contract/releases.ts'
import { assertNever } from '../../../../src-preload/contract/vocabulary.ts'
import type { Permission } from '../../../../src-preload/contract/vocabulary.ts'

export type ActionName =
  | 'read_plan'
  | 'plan_again'
  | 'start'
  | 'retry'
  | 'take_over'
  | 'roll_back'
  | 'withdraw'
  | 'abort'
  | 'break_glass'
  | 'release_like'

/** Why something can't be done now, though its permission is held. */
export type Obstacle = 'not_due' | 'window_over' | 'abort_asked'

export interface Action {
  readonly name: ActionName
  readonly permission: Permission
  /** The one to do next; there is at most one. */
  readonly main: boolean
  readonly obstacle: Obstacle | null
}

/** What decides beside the release itself. */
export interface Reader {
  readonly login: string
  /** Milliseconds since 1970. */
  readonly now: number
}

function carrying(release: Release): Permission {
  return release.kind === 'rollback' ? 'release:rollback' : 'release:apply'
}

function startObstacle({ start, approved_until }: Release, now: number): Obstacle | null {
  if (start.due_at !== null && Date.parse(start.due_at) > now) return 'not_due'
  return approved_until !== null && Date.parse(approved_until) <= now ? 'window_over' : null
}

function candidates(release: Release, { login, now }: Reader): Action[] {
  const can = (
    name: ActionName,
    permission: Permission,
    main = false,
    obstacle: Obstacle | null = null,
  ): Action => ({
    name,
    permission,
    main,
    obstacle,
  })
  const isRelease = release.kind === 'release'
  const again = isRelease ? [can('plan_again', 'release:preview')] : []
  const withdraw = release.created_by === login ? [can('withdraw', 'release:apply')] : []
  const like = isRelease ? [can('release_like', 'release:preview')] : []
  const back = isRelease ? [can('roll_back', 'release:rollback')] : []
  switch (release.lifecycle_state) {
    case 'draft':
      return [...again, ...withdraw]
    case 'preview':
      return [can('read_plan', carrying(release), true), ...again, ...withdraw]
    case 'pending_approval':
      return [...again, ...withdraw, can('break_glass', 'release:break_glass')]
    case 'approved':
      return [
        can('start', carrying(release), true, startObstacle(release, now)),
        ...again,
        ...withdraw,
        // A freeze, or a time that has not come, may keep waiting what an emergency needs now.
        ...(release.break_glass === null ? [can('break_glass', 'release:break_glass')] : []),
      ]
    case 'applying': {
      const abort = can('abort', carrying(release), false, release.abort_requested ? 'abort_asked' : null)
      return release.run === 'unknown' ? [can('take_over', carrying(release), true), abort] : [abort]
    }
    case 'failed':
      return [
        can(
          'retry',
          carrying(release),
          false,
          startObstacle({ ...release, start: { ...release.start, due_at: null } }, now),
        ),
        ...back,
        ...like,
      ]
    case 'applied':
      return [...back, ...like]
    case 'rollback':
    case 'rejected':
    case 'cancelled':
      return like
    default:
      return assertNever(release.lifecycle_state)
  }
}

export interface Actions {
  /** In the order in which they stand. */
  readonly offered: readonly Action[]
  /** Permissions that the reader lacks for what the state would allow; emergencies are few people's, and not missed. */
  readonly lacking: readonly Permission[]
}

/** What can be done with a release as it stands, by whom it is read. The ledger judges again at each call. */
export function actionsOf(
  release: Release,
  reader: Reader,
  may: (permission: Permission) => boolean,
): Actions {
  const all = candidates(release, reader)
  const lacking = all
    .filter(({ name, permission }) => name !== 'break_glass' && !may(permission))
    .map(({ permission }) => permission)
  return {
    offered: all.filter(({ permission }) => may(permission)),
    lacking: [...new Set(lacking)],
  }
}
