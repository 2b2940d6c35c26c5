import { execFile } from 'node:child_process'
import { access, constants, readFile } from 'node:fs/promises'
import path from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import { composeV2Version, findComposeV2 } from './composePlugin.ts'
import { dockerAddress, enginePing } from './engineSocket.ts'
import type { Machine, Presence } from './parts.ts'

/** What was seen on a machine; `judge` makes parts of it. */
export interface Facts {
  uid: number
  /** CAP_SYS_ADMIN and CAP_NET_ADMIN: without them dockerd can't mount or make a bridge. */
  mayStartDockerd: boolean
  /** Why no Docker Engine answers, or undefined if one does. */
  dockerSilence: string | undefined
  /** Absolute paths of the programs that were found. */
  programs: Partial<Record<Program, string>>
  composeV1Version: string | undefined
  composeV2Version: string | undefined
  busyboxIsStatic: boolean
  /** Whether the user `nobody` exists and may read the repository. */
  nobodyReadsRepository: boolean
}

const programs = [
  'docker',
  'dockerd',
  'docker-compose',
  'sshd',
  'ssh-keygen',
  'busybox',
  'ip',
  'setpriv',
  'chromium',
] as const
export type Program = (typeof programs)[number]

const folders = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin']
const run = promisify(execFile)

function presentIf(condition: boolean, reason: string): Presence {
  return condition ? { present: true } : { present: false, reason }
}

function judgeDockerd(facts: Facts): Presence {
  if (facts.uid !== 0) return { present: false, reason: 'dockerd: only root may start one' }
  const missing = (['docker', 'dockerd', 'ip', 'setpriv'] as const).filter((name) => !facts.programs[name])
  if (missing.length > 0) return { present: false, reason: `dockerd: no ${missing.join(', ')} installed` }
  return presentIf(facts.mayStartDockerd, 'dockerd: this container may not mount or make bridges')
}

function judgeDocker(facts: Facts, dockerd: Presence): Presence {
  if (!facts.programs.docker) return { present: false, reason: 'docker: no docker command installed' }
  if (facts.dockerSilence === undefined || dockerd.present) return { present: true }
  return {
    present: false,
    reason: `docker: ${facts.dockerSilence}, and none can be started (${dockerd.reason})`,
  }
}

function judgeUnprivilegedUser(facts: Facts): Presence {
  if (facts.uid !== 0)
    return { present: false, reason: 'unprivileged-user: only root can become another user' }
  return presentIf(facts.nobodyReadsRepository, 'unprivileged-user: nobody may not read this folder')
}

/** Which parts a machine has, from what was seen on it. */
export function judge(facts: Facts): Machine {
  const { programs: found } = facts
  const dockerd = judgeDockerd(facts)
  return {
    docker: judgeDocker(facts, dockerd),
    dockerd,
    sshd: presentIf(Boolean(found.sshd && found['ssh-keygen']), 'sshd: no sshd and ssh-keygen installed'),
    'compose-v1': presentIf(
      facts.composeV1Version?.startsWith('1.') === true,
      `compose-v1: docker-compose is ${facts.composeV1Version ?? 'not installed'}`,
    ),
    'compose-v2': presentIf(
      facts.composeV2Version !== undefined,
      'compose-v2: no plugin; on Debian, node script/dev/compose-v2.js fetches one',
    ),
    'busybox-static': presentIf(facts.busyboxIsStatic, 'busybox-static: no static busybox installed'),
    root: presentIf(facts.uid === 0, 'root: not running as root'),
    'unprivileged-user': judgeUnprivilegedUser(facts),
    chromium: presentIf(Boolean(found.chromium), 'chromium: no chromium installed'),
  }
}

/** The absolute path of a program, undefined where it is not installed. */
export async function findProgram(name: Program): Promise<string | undefined> {
  for (const folder of folders) {
    const file = path.join(folder, name)
    try {
      await access(file, constants.X_OK)
      return file
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error
    }
  }
  return undefined
}

/** What a command says on both outputs, whatever its exit code; empty if it can't be started. */
async function saying(command: string | undefined, args: string[]): Promise<string> {
  if (command === undefined) return ''
  return new Promise((resolve) => {
    execFile(command, args, (_error, stdout, stderr) => resolve(`${stdout}${stderr}`))
  })
}

async function isStatic(program: string): Promise<boolean> {
  return /not a dynamic executable|statically linked/i.test(await saying('ldd', [program]))
}

async function hasCapabilities(): Promise<boolean> {
  const netAdmin = 1n << 12n
  const sysAdmin = 1n << 21n
  if (process.platform !== 'linux') return false
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1]
  const held = BigInt(`0x${effective ?? '0'}`)
  return (held & netAdmin) !== 0n && (held & sysAdmin) !== 0n
}

async function nobodyReads(folder: string, setpriv: string | undefined): Promise<boolean> {
  if (setpriv === undefined) return false
  const asNobody = ['--reuid=nobody', '--regid=nogroup', '--clear-groups', 'test', '-r', folder]
  return run(setpriv, asNobody).then(
    () => true,
    () => false,
  )
}

/** Looks at this machine; starts nothing. */
export async function inspectMachine(): Promise<{ facts: Facts; composeV2: string | undefined }> {
  const found = await Promise.all(programs.map(async (name) => [name, await findProgram(name)] as const))
  const paths: Facts['programs'] = Object.fromEntries(found.filter(([, file]) => file !== undefined))
  const composeV2 = findComposeV2()
  const readable = path.join(import.meta.dirname, '..', '..', 'package.json')
  const facts: Facts = {
    uid: process.getuid?.() ?? -1,
    mayStartDockerd: await hasCapabilities(),
    dockerSilence: await enginePing(dockerAddress(process.env)),
    programs: paths,
    composeV1Version: /version v?([\d.]+)/.exec(await saying(paths['docker-compose'], ['--version']))?.[1],
    composeV2Version: composeV2 === undefined ? undefined : await composeV2Version(composeV2),
    busyboxIsStatic: await isStatic('/bin/busybox'),
    nobodyReadsRepository: await nobodyReads(readable, paths.setpriv),
  }
  return { facts, composeV2: facts.composeV2Version === undefined ? undefined : composeV2 }
}
