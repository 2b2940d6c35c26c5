import { chmod, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'

const busy = 5
const pauseMs = 50

/**
 * Runs `work` while this process alone holds the lock file of `home`, across processes and within one.
 *
 * The lock is SQLite's own exclusive lock on an empty database: the operating system drops it with the process that
 * holds it, however that ends, so that no lock can be left behind and no pid has to be judged alive.
 * Throws `ledger_unavailable` (hint `embedded_locked`) where it isn't free within `patienceMs`.
 */
export async function underLockFile<T>(
  home: string,
  work: () => Promise<T>,
  patienceMs = 120_000,
): Promise<T> {
  await mkdir(home, { recursive: true, mode: 0o700 })
  const file = path.join(home, 'ledger.lock')
  const lock = new DatabaseSync(file)
  try {
    await take(lock, file, patienceMs)
    await chmod(file, 0o600)
    return await work()
  } finally {
    lock.close()
  }
}

async function take(lock: DatabaseSync, file: string, patienceMs: number): Promise<void> {
  lock.exec('PRAGMA busy_timeout = 0')
  for (let waited = 0; !tryTake(lock); waited += pauseMs) {
    if (waited >= patienceMs)
      throw new PilothouseError('ledger_unavailable', { lock: file }, { hint: 'embedded_locked' })
    await sleep(pauseMs)
  }
}

function tryTake(lock: DatabaseSync): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE')
    return true
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) return false
    throw error
  }
}
