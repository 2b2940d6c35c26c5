import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { open } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { finished } from 'node:stream/promises'
import type { Login } from './probe.ts'
import type { Server } from './server.ts'

/** What the idle watch is told on its standard input, since argv and environment can be read by others. */
export interface IdleWatchOrder {
  readonly home: string
  readonly server: Server
  readonly login: Login
  readonly idle_ms: number
}

/** Starts the process that stops an idle server, detached from this one. It says what goes wrong in `idle-watch.log`. */
export async function startIdleWatch(
  home: string,
  server: Server,
  login: Login,
  idleMs: number,
): Promise<void> {
  const order: IdleWatchOrder = { home, server, login, idle_ms: idleMs }
  const log = await open(path.join(home, 'idle-watch.log'), 'w', 0o600)
  try {
    const { PATH = '', SystemRoot = '' } = process.env
    // The home is there for whoever reads the list of processes.
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'idleWatch.ts'), home], {
      cwd: path.parse(home).root,
      // In the desktop application, execPath is Electron.
      env: { PATH, ELECTRON_RUN_AS_NODE: '1', ...(process.platform === 'win32' ? { SystemRoot } : {}) },
      stdio: ['pipe', 'ignore', log.fd],
      detached: true,
      windowsHide: true,
    })
    await once(child, 'spawn')
    if (child.stdin === null) throw new TypeError('a piped standard input is missing')
    child.stdin.end(JSON.stringify(order))
    await finished(child.stdin)
    child.unref()
  } finally {
    await log.close()
  }
}
