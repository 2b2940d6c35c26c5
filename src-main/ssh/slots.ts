/** Lets at most `size` holders in at a time, in the order in which they came. */
export interface Slots {
  /** Waits for a slot; rejects with the signal's reason where it aborts first. Call what it gives to leave. */
  enter(signal?: AbortSignal): Promise<() => void>
}

/** A semaphore of `size` slots. */
export function createSlots(size: number): Slots {
  let free = size
  const waiting: (() => void)[] = []
  const leave = (): void => {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
  const enter = async (signal?: AbortSignal): Promise<() => void> => {
    signal?.throwIfAborted()
    if (free > 0) free -= 1
    else await turn(waiting, signal)
    let left = false
    return () => {
      if (!left) leave()
      left = true
    }
  }
  return { enter }
}

function turn(waiting: (() => void)[], signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const admit = (): void => {
      signal?.removeEventListener('abort', give)
      resolve()
    }
    const give = (): void => {
      waiting.splice(waiting.indexOf(admit), 1)
      reject(signal?.reason instanceof Error ? signal.reason : new DOMException('aborted', 'AbortError'))
    }
    waiting.push(admit)
    signal?.addEventListener('abort', give, { once: true })
  })
}
