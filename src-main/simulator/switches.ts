import type { Behaviour } from './behaviour.ts'

/** Which containers or images a failure touches; all of them where it names none. `image` is a reference's part. */
export interface Scope {
  readonly service?: string
  readonly image?: string
}

/**
 * What can be made to go wrong on a simulated host. Failures of programs meet the containers started while the
 * switch is set; `conflict` puts a stranger's containers under the project's name.
 */
export type Failure =
  | ({ readonly kind: 'bad_image' | 'crash_loop' | 'failing_health' | 'slow_rollout' } & Scope)
  | { readonly kind: 'full_disk' | 'dead_host' }
  | { readonly kind: 'conflict'; readonly project: string }

export type FailureKind = Failure['kind']
const programFailures = {
  crash_loop: 'crash-loop',
  failing_health: 'failing-health',
  slow_rollout: 'slow',
} as const satisfies Partial<Record<FailureKind, Behaviour>>

/** The failures that are switched on now. */
export class Switches {
  readonly #set = new Set<Failure>()
  readonly #changed: () => void

  /** @param changed called after each change, so that the host can act on it at once */
  constructor(changed: () => void = () => undefined) {
    this.#changed = changed
  }

  /** Switches a failure on; the same kind may be on several times with different scopes. */
  set(failure: Failure): void {
    this.#set.add(failure)
    this.#changed()
  }

  /** Switches all failures of a kind off, or all of every kind. */
  clear(kind?: FailureKind): void {
    for (const failure of this.#set)
      if (kind === undefined || failure.kind === kind) this.#set.delete(failure)
    this.#changed()
  }

  /** What is on, in the order in which it was set. */
  list(): readonly Failure[] {
    return [...this.#set]
  }

  /** Whether a failure without a scope is on. */
  isOn(kind: 'full_disk' | 'dead_host'): boolean {
    return this.list().some((failure) => failure.kind === kind)
  }

  /** Whether the registry has no such image. */
  refusesImage(image: string): boolean {
    return this.list().some((failure) => failure.kind === 'bad_image' && meets(failure, '', image))
  }

  /** How a container that starts now behaves: as a switch says, else as its document asks. */
  behaviour(asked: Behaviour, service: string, image: string): Behaviour {
    for (const failure of this.list().toReversed()) {
      if (
        failure.kind !== 'crash_loop' &&
        failure.kind !== 'failing_health' &&
        failure.kind !== 'slow_rollout'
      )
        continue
      if (meets(failure, service, image)) return programFailures[failure.kind]
    }
    return asked
  }

  /** The projects that strangers hold. */
  conflicts(): string[] {
    return this.list().flatMap((failure) => (failure.kind === 'conflict' ? [failure.project] : []))
  }
}

function meets(scope: Scope, service: string, image: string): boolean {
  return (
    (scope.service === undefined || scope.service === service) &&
    (scope.image === undefined || image.includes(scope.image))
  )
}
