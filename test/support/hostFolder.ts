import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer, text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { bootstrapArgv, parseBootstrapAnswer, requestArgv } from '../../src-main/runtimes/compose/protocol.ts'
import type { HostRequest } from '../../src-main/runtimes/compose/protocol.ts'
import { readHostScript } from '../../src-main/runtimes/compose/script.ts'

const run = promisify(execFile)

export interface Answer {
  code: number | null
  stdout: string
  stderr: string
}

/** `pilothouse-host` in a folder of its own, run without SSH by a named shell, beside a stand-in for docker. */
export interface HostFolder extends AsyncDisposable {
  readonly root: string
  /** What the stand-in for docker was called with, a line a call. */
  calls(): Promise<string[]>
  /** A file that tells the stand-in what to do; see `standInForDocker`. */
  tell(file: string, content: string): Promise<void>
  bootstrap(): Promise<Answer>
  ask(request: HostRequest, stdin?: string): Promise<Answer>
  /** Any arguments at all, as nobody of ours would send them. */
  askWith(...args: string[]): Promise<Answer>
  put(project: string, content: string): Promise<string>
}

/** Two shells that a host may have as `/bin/sh`. */
export const shells = { dash: '/usr/bin/dash', busybox: '/usr/bin/busybox' } as const

/**
 * Stands in for docker with Compose v2: writes its arguments to `calls`; knows the images of the file `images`
 * (`<reference> <id>` a line); waits while the file `slow` is there; fails with what the file `failing` says; knows no
 * `--pull` where the file `old` is there.
 */
const standInForDocker = `#!/bin/sh
printf '%s\\n' "$*" >>"$STAND_IN/calls"
case "$*" in
  "compose version --short") echo 2.40.3; exit 0 ;;
  *" --pull never") if [ -f "$STAND_IN/old" ]; then echo "unknown flag: --pull" >&2; exit 16; fi ;;
  "image inspect --format {{.Id}} "*)
    while read -r reference id; do
      if [ "$reference" = "$5" ]; then echo "$id"; exit 0; fi
    done <"$STAND_IN/images"
    echo "Error: No such image: $5" >&2; exit 1 ;;
  "image inspect"*) echo; exit 0 ;;
  "pull -q "*) echo "$3 sha256:pulled" >>"$STAND_IN/images" ;;
esac
case "$*" in
  compose*)
    echo "profiles=\${COMPOSE_PROFILES:-none}" >>"$STAND_IN/calls"
    echo "working"
    while [ -f "$STAND_IN/slow" ]; do sleep 0.05; done ;;
esac
if [ -f "$STAND_IN/failing" ]; then cat "$STAND_IN/failing" >&2; exit 1; fi
`

async function asked(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stdin = '',
): Promise<Answer> {
  const child = spawn(program, args, { env, stdio: 'pipe' })
  child.stdin.on('error', (error) => {
    if (!('code' in error) || error.code !== 'EPIPE') throw error
  })
  child.stdin.end(stdin)
  const exit = once(child, 'exit')
  const [stdout, stderr] = await Promise.all([buffer(child.stdout), text(child.stderr)])
  await exit
  return { code: child.exitCode, stdout: stdout.toString('latin1'), stderr }
}

async function scriptFor(shell: keyof typeof shells): Promise<{ bytes: string; digest: string }> {
  const original = Buffer.from((await readHostScript()).bytes).toString('utf8')
  const bytes = shell === 'busybox' ? original.replace('#!/bin/sh', `#!${shells.busybox} sh`) : original
  return { bytes, digest: createHash('sha256').update(bytes).digest('hex') }
}

/** A host folder below the temporary folder; ends what still runs from it when it is disposed of. */
export async function hostFolder(
  shell: keyof typeof shells,
  environment: NodeJS.ProcessEnv = {},
): Promise<HostFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-host-'))
  const root = path.join(folder, 'root')
  const standIn = path.join(folder, 'stand-in')
  await mkdir(standIn)
  await writeFile(path.join(standIn, 'docker'), standInForDocker)
  await chmod(path.join(standIn, 'docker'), 0o755)
  await writeFile(path.join(standIn, 'images'), '')
  await writeFile(path.join(standIn, 'calls'), '')
  const script = await scriptFor(shell)
  const env = {
    ...process.env,
    PATH: `${standIn}:${process.env['PATH'] ?? ''}`,
    STAND_IN: standIn,
    PILOTHOUSE_HOST_ROOT: root,
    ...environment,
  }
  const [, ...bootstrapArgs] = bootstrapArgv(script.digest)
  const bootstrap = (): Promise<Answer> => {
    const before = shell === 'busybox' ? ['sh'] : []
    return asked(shells[shell], [...before, ...bootstrapArgs], env, script.bytes)
  }
  const file = path.join(root, 'bin', `pilothouse-host-${script.digest}`)
  const ask = async (request: HostRequest, stdin?: string): Promise<Answer> => {
    const [program = '', ...args] = requestArgv(file, request)
    return asked(program, args, env, stdin)
  }
  const put = async (project: string, content: string): Promise<string> => {
    const digest = createHash('sha256').update(content).digest('hex')
    const { code, stderr } = await ask(
      { verb: 'put', project, digest, check: false },
      `${digest}\n${content}`,
    )
    if (code !== 0) throw new TypeError(`put: ${stderr}`)
    return digest
  }
  const installed = parseBootstrapAnswer((await bootstrap()).stdout)
  if (installed.path !== file) throw new TypeError(`installed at ${installed.path}`)
  return {
    root,
    calls: async () => (await readFile(path.join(standIn, 'calls'), 'utf8')).split('\n').filter(Boolean),
    tell: (name, content) => writeFile(path.join(standIn, name), content),
    bootstrap,
    ask,
    askWith: (...args) => asked(file, args, env),
    put,
    [Symbol.asyncDispose]: async () => {
      await rm(path.join(standIn, 'slow'), { force: true })
      await run('sh', [
        '-c',
        'for f in "$0"/projects/*/jobs/*/alive; do [ ! -f "$f" ] || flock -w 20 "$f" true; done',
        root,
      ])
      await rm(folder, { recursive: true, force: true })
    },
  }
}
