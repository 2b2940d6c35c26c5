import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { textIfThere } from './files.ts'

const run = promisify(execFile)

/** A running server, as PostgreSQL's own `postmaster.pid` tells. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
}

/** No process can have this pid; PostgreSQL takes it for that of a server that is gone. */
const nobodysPid = 2_147_483_646

/** Parses `postmaster.pid`: pid, data folder, start time, port, … one a line. Null where it isn't whole. Pure. */
export function parsePostmasterFile(content: string): Postmaster | null {
  const lines = content.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  return Number.isSafeInteger(pid) && pid > 0 && Number.isSafeInteger(port) && port > 0 ? { pid, port } : null
}

/** The server that runs on this data folder; null where none does, whatever a stale file says. */
export async function livePostmaster(data: string): Promise<Postmaster | null> {
  const content = await textIfThere(path.join(data, 'postmaster.pid'))
  const claimed = content === undefined ? null : parsePostmasterFile(content)
  return claimed !== null && (await serves(claimed.pid, data)) ? claimed : null
}

/**
 * After a crash or a reboot, another process may have the pid of the server that is gone, and PostgreSQL would refuse
 * to start. The rest of the file stays: by it PostgreSQL sees whether processes of the old server are still there.
 * Call it only where `livePostmaster` gave null.
 */
export async function releaseReusedPid(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid')
  const content = await textIfThere(file)
  if (content === undefined || !exists(Number.parseInt(content, 10))) return
  await writeFile(file, content.replace(/^\d+/, String(nobodysPid)))
}

function exists(pid: number): boolean {
  if (!(pid > 0)) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/** Whether that process is a server of this data folder: `pg_ctl` starts it with `-D <folder>`. */
async function serves(pid: number, data: string): Promise<boolean> {
  if (!exists(pid)) return false
  if (process.platform === 'win32') return true
  const args = await commandLine(pid)
  return args.includes(`-D ${data}`)
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux')
    return readFile(`/proc/${pid}/cmdline`, 'utf8').then(
      (text) => text.replaceAll('\0', ' '),
      () => '',
    )
  return run('ps', ['-ww', '-o', 'args=', '-p', String(pid)]).then(
    ({ stdout }) => stdout,
    () => '',
  )
}
