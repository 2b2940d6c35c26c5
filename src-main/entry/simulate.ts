import { once } from 'node:events'
import path from 'node:path'
import { serveSimulator } from '../simulator/serve.ts'
import type { Paths } from './paths.ts'
import type { Surroundings } from './surroundings.ts'

/** A simulated host until `signal` aborts; its visitor's key is removed at the end. */
export async function simulate(
  paths: Paths,
  ready: Parameters<Surroundings['simulate']>[0],
  signal: AbortSignal,
): Promise<void> {
  const served = await serveSimulator(path.join(paths.state, 'simulator'))
  try {
    ready({ simulated: true, ...served.announcement })
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    await served.close()
  }
}
