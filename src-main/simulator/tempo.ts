/** How fast things happen on a simulated host, in milliseconds. A rehearsal is quicker than the real thing. */
export interface Tempo {
  /** From the order to start a container until its program runs. */
  readonly start: number
  /** Pulling one image. */
  readonly pull: number
  /** Stopping one container. */
  readonly stop: number
  /** At most this long between two health checks, whatever the document says. */
  readonly probe: number
  /** How long a program that crashes or ends by itself runs. */
  readonly run: number
  /** Docker's pause before it starts a container again. */
  readonly backoff: number
  /** How long a slow program takes until it is ready. */
  readonly slow: number
}

export const usualTempo: Tempo = {
  start: 150,
  pull: 300,
  stop: 100,
  probe: 1000,
  run: 600,
  backoff: 400,
  slow: 8000,
}
