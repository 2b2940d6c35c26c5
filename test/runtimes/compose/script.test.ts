import { execFile, spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import {
  bootstrapArgv,
  exitCodes,
  imageList,
  parseBootstrapAnswer,
  parseFacts,
  parseFence,
  parseFollow,
  parseMismatch,
} from '../../../src-main/runtimes/compose/protocol.ts'
import type { Followed, HostRequest, JobRequest } from '../../../src-main/runtimes/compose/protocol.ts'
import { readHostScript } from '../../../src-main/runtimes/compose/script.ts'
import { hostFolder, shells } from '../../support/hostFolder.ts'
import type { HostFolder } from '../../support/hostFolder.ts'
import { describeWith } from '../../support/parts.ts'

const run = promisify(execFile)
const ledger = '0190a000-0000-7000-8000-000000000001'
const digest = 'a'.repeat(64)

const names: readonly (keyof typeof shells)[] = ['dash', 'busybox']

type UpRequest = Extract<JobRequest, { verb: 'up' }>

async function upRequest(
  host: HostFolder,
  job = 'job-1',
  fence = 1,
  document = '{"services":{}}',
): Promise<UpRequest> {
  return {
    verb: 'up',
    project: 'web',
    job,
    ledger,
    fence,
    document: await host.put('web', document),
    images: await host.put('web', imageList([{ reference: 'web:1', image_id: `sha256:${digest}` }])),
  }
}

async function followed(host: HostFolder, job: string, offset = 0, wait = 20): Promise<Followed> {
  const { stdout } = await host.ask({ verb: 'follow', project: 'web', job, offset, wait })
  return parseFollow(Buffer.from(stdout, 'latin1'))
}

async function ended(host: HostFolder, job: string): Promise<{ log: string; state: Followed['state'] }> {
  let log = ''
  let offset = 0
  for (;;) {
    const answer = await followed(host, job, offset)
    log += Buffer.from(answer.log).toString()
    if (answer.state.kind !== 'running' && answer.next === offset) return { log, state: answer.state }
    offset = answer.next
  }
}

test.each([
  ['sh', ['-n']],
  [shells.dash, ['-n']],
  [shells.busybox, ['sh', '-n']],
])('%s reads the script without complaint', async (shell, before) => {
  const file = path.join(import.meta.dirname, '../../../script/host/pilothouse-host')
  await expect(run(shell, [...before, file])).resolves.toEqual({ stdout: '', stderr: '' })
})

describeWith(['root', 'unprivileged-user'], 'a user who may not write in /var/lib', () => {
  test('keeps the script and the fence in the own home, and is told so', async () => {
    await using home = await homeOfNobody()
    const { bytes, digest: name } = await readHostScript()
    const as = [
      '--reuid=nobody',
      '--regid=nogroup',
      '--clear-groups',
      'env',
      '-i',
      `HOME=${home.folder}`,
      `PATH=${process.env['PATH']}`,
    ]
    const installing = spawn('setpriv', [...as, ...bootstrapArgv(name)])
    installing.stdin.end(bytes)
    const { path: file } = parseBootstrapAnswer(await text(installing.stdout))
    expect(file).toBe(`${home.folder}/.local/state/pilothouse/host/bin/pilothouse-host-${name}`)
    const { stdout } = await run('setpriv', [...as, file, 'facts'])
    expect(parseFacts(stdout)).toMatchObject({
      root_scope: 'user',
      root: `${home.folder}/.local/state/pilothouse/host`,
    })
  })
})

async function homeOfNobody(): Promise<AsyncDisposable & { folder: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-home-'))
  await run('chown', ['nobody', folder])
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) }
}

describe.each(names)('pilothouse-host in %s, beside a stand-in for docker', (shell) => {
  test('it is kept under its digest, for its owner alone, and mended when damaged', async () => {
    await using host = await hostFolder(shell)
    const bin = path.join(host.root, 'bin')
    const [name = ''] = await readdir(bin)
    expect((await stat(host.root)).mode & 0o777).toBe(0o700)
    expect((await stat(path.join(bin, name))).mode & 0o777).toBe(0o700)
    expect((await host.bootstrap()).stdout).toBe(`present ${path.join(bin, name)}\n`)
    await writeFile(path.join(bin, name), '#!/bin/sh\n')
    expect((await host.bootstrap()).stdout).toBe(`installed ${path.join(bin, name)}\n`)
    expect(await readdir(bin)).toEqual([name])
  })

  test('a root folder that can not be is an error of its own', async () => {
    await using host = await hostFolder(shell)
    await rm(host.root, { recursive: true })
    await writeFile(host.root, '')
    expect((await host.bootstrap()).code).toBe(exitCodes.no_root)
    await rm(host.root)
  })

  test('facts tell of the host and its Docker', async () => {
    await using host = await hostFolder(shell)
    await host.tell(
      'failing',
      'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?\n',
    )
    const facts = parseFacts((await host.ask({ verb: 'facts' })).stdout)
    expect(facts).toMatchObject({
      version: 1,
      root: host.root,
      missing: '',
      docker: 'not_running',
      docker_message: 'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?',
      compose: 'v2',
      compose_version: '2.40.3',
    })
    const keys = await Promise.all([1, 2, 3].map(() => host.ask({ verb: 'facts' })))
    expect(new Set(keys.map(({ stdout }) => parseFacts(stdout).hash_key))).toEqual(new Set([facts.hash_key]))
    expect(facts.hash_key).toMatch(/^[0-9a-f]{64}$/)
    await host.tell('failing', 'dial unix /var/run/docker.sock: connect: permission denied\n')
    expect(parseFacts((await host.ask({ verb: 'facts' })).stdout).docker).toBe('permission_denied')
  })

  test.each([
    [],
    ['sh', '-c', 'id'],
    ['facts', 'x'],
    ['images'],
    ['images', '-x'],
    ['images', 'web:1;id'],
    ['ps', '../web'],
    ['ps', 'Web'],
    ['ps', 'web', 'web'],
    ['logs', 'web', '5'],
    ['logs', 'a'.repeat(64), '0'],
    ['logs', 'a'.repeat(64), '01'],
    ['health', 'file:///etc/passwd', '5'],
    ['health', "http://a/'", '5'],
    ['health', 'http://a/$(id)', '5'],
    ['health', 'http://a/', '601'],
    ['put', 'web', 'a'.repeat(63)],
    ['put', 'web', digest, 'chek'],
    ['fence', 'web', ledger],
    ['fence', 'web', ledger, '-1'],
    ['fence', 'web', ledger, '1 2'],
    ['fence', 'web', 'LEDGER', '1'],
    ['config', 'web', 'job', ledger, '1'],
    ['config', 'web', '../job', ledger, '1', digest],
    ['follow', 'web', 'job', '1e3', '0'],
    ['stop', 'web', 'job\nx'],
    ['unit', 'web', 'job', 'up', digest, digest],
    ['work_up', digest, digest],
  ])('refuses %j and leaves nothing behind', async (...args) => {
    await using host = await hostFolder(shell)
    expect((await host.askWith(...args)).code).toBe(exitCodes.usage)
    expect(await readdir(host.root)).toEqual(['bin'])
    expect(await host.calls()).toEqual([])
  })

  test('a file is kept only as it was sent, for its owner alone, and missed when it was changed', async () => {
    await using host = await hostFolder(shell)
    const name = await host.put('web', 'content\n')
    const file = path.join(host.root, 'projects/web/files', name)
    const check: HostRequest = { verb: 'put', project: 'web', digest: name, check: true }
    expect(await readFile(file, 'utf8')).toBe('content\n')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await host.ask(check)).stdout).toBe('present\n')
    await chmod(file, 0o600)
    await writeFile(file, 'changed\n')
    expect((await host.ask(check)).stdout).toBe('absent\n')
    const damaged = await host.ask({ ...check, digest, check: false }, `${name}\nconten`)
    expect(damaged.code).toBe(exitCodes.content_mismatch)
    expect(await readdir(path.dirname(file))).toEqual([name, `${name}.sum`])
  })

  test('the fence only grows, and belongs to one ledger', async () => {
    await using host = await hostFolder(shell)
    const fence = async (claim: { ledger: string; fence: number } | null) => {
      const { code, stdout, stderr } = await host.ask({ verb: 'fence', project: 'web', claim })
      return code === 0 ? parseFence(stdout).held : { code, stderr }
    }
    expect(await fence(null)).toBeNull()
    expect(await fence({ ledger, fence: 9 })).toEqual({ ledger, fence: 9 })
    expect(await fence({ ledger, fence: 10 })).toEqual({ ledger, fence: 10 })
    expect(await fence({ ledger, fence: 10 })).toEqual({ ledger, fence: 10 })
    expect(await fence({ ledger, fence: 9 })).toEqual({ code: 75, stderr: `held ${ledger} 10\n` })
    expect(await fence({ ledger: 'other', fence: 99 })).toEqual({ code: 76, stderr: `held ${ledger} 10\n` })
    expect(await fence(null)).toEqual({ ledger, fence: 10 })
  })

  test('up compares the images, then brings the project up with what was compared', async () => {
    await using host = await hostFolder(shell, { COMPOSE_PROFILES: 'debug' })
    await host.tell('images', `web:1 sha256:${digest}\n`)
    const request = await upRequest(host)
    expect((await host.ask(request)).stdout).toBe('started\n')
    expect(await ended(host, 'job-1')).toEqual({ log: 'working\n', state: { kind: 'done', exit_code: 0 } })
    const place = path.join(host.root, 'projects/web')
    const file = path.join(place, 'files', request.document)
    const before = `compose -p web -f ${file} --project-directory ${place} up`
    expect((await host.calls()).slice(-2)).toEqual([
      `${before} --detach --remove-orphans --no-build --pull never`,
      'profiles=none',
    ])
    await host.tell('old', '')
    await host.ask({ ...request, job: 'job-2' })
    expect((await ended(host, 'job-2')).state).toEqual({ kind: 'done', exit_code: 0 })
    expect((await host.calls()).slice(-2)).toEqual([
      `${before} --detach --remove-orphans --no-build`,
      'profiles=none',
    ])
  })

  test('an image that is another one than planned stops before anything is brought up', async () => {
    await using host = await hostFolder(shell)
    await host.tell('images', `web:1 sha256:${'b'.repeat(64)}\n`)
    await host.ask(await upRequest(host))
    const { log, state } = await ended(host, 'job-1')
    expect(state).toEqual({ kind: 'done', exit_code: exitCodes.image_mismatch })
    expect(parseMismatch(log.trim())).toEqual({
      reference: 'web:1',
      expected: `sha256:${digest}`,
      actual: `sha256:${'b'.repeat(64)}`,
    })
    expect((await host.calls()).filter((call) => call.includes('compose'))).toEqual([])
  })

  test('pull leaves out what is on the host, and its failure is in the log', async () => {
    await using host = await hostFolder(shell)
    await host.tell('images', 'web:1 sha256:here\n')
    const list = imageList(['web:1', 'db:2'].map((reference) => ({ reference, image_id: null })))
    const pull: JobRequest = {
      verb: 'pull',
      project: 'web',
      job: 'p',
      ledger,
      fence: 1,
      images: await host.put('web', list),
    }
    await host.ask(pull)
    expect(await ended(host, 'p')).toEqual({
      log: 'pulling db:2\nweb:1 is on the host\n',
      state: { kind: 'done', exit_code: 0 },
    })
    await host.tell('images', '')
    await host.tell('failing', 'manifest for db:2 not found\n')
    await host.ask({ ...pull, job: 'p-2' })
    expect(await ended(host, 'p-2')).toEqual({
      log: 'pulling db:2\nmanifest for db:2 not found\n',
      state: { kind: 'done', exit_code: exitCodes.tool_failed },
    })
  })

  test('a job started twice is one job; another one has to wait; an older holder is refused', async () => {
    await using host = await hostFolder(shell)
    await host.tell('images', `web:1 sha256:${digest}\n`)
    await host.tell('slow', '')
    const request = await upRequest(host, 'job-1', 5)
    expect((await host.ask(request)).stdout).toBe('started\n')
    expect((await host.ask(request)).stdout).toBe('attached\n')
    expect(await host.ask({ ...request, job: 'job-2' })).toMatchObject({ code: 77, stderr: 'busy job-1\n' })
    const fence = await host.ask({ verb: 'fence', project: 'web', claim: { ledger, fence: 6 } })
    expect(parseFence(fence.stdout)).toEqual({ held: { ledger, fence: 6 }, job: 'job-1' })
    const waiting = ended(host, 'job-1')
    await rm(path.join(host.root, '../stand-in/slow'))
    expect((await waiting).state).toEqual({ kind: 'done', exit_code: 0 })
    expect(await host.ask({ ...request, job: 'job-2' })).toMatchObject({
      code: 75,
      stderr: `held ${ledger} 6\n`,
    })
    expect((await host.ask(request)).stdout).toBe('attached\n')
    expect((await host.calls()).filter((call) => call.endsWith('--pull never'))).toHaveLength(1)
    expect((await host.ask({ ...request, job: 'job-2', fence: 6, document: digest })).code).toBe(
      exitCodes.file_absent,
    )
  })

  test('a log is read on from where it was left', async () => {
    await using host = await hostFolder(shell)
    await host.tell('images', `web:1 sha256:${digest}\n`)
    await host.tell('failing', `${'é'.repeat(200_000)}\n`)
    await host.ask(await upRequest(host))
    const { log, state } = await ended(host, 'job-1')
    expect(state).toEqual({ kind: 'done', exit_code: exitCodes.tool_failed })
    expect(Buffer.byteLength(log)).toBeGreaterThan(262_144)
    const tail = await followed(host, 'job-1', 8 + 399_990)
    expect(Buffer.from(tail.log).toString()).toBe('ééééé\n')
    expect(await followed(host, 'nobody')).toMatchObject({ state: { kind: 'absent' }, next: 0 })
  })

  test('stop ends the whole process group', async () => {
    await using host = await hostFolder(shell)
    await host.tell('images', `web:1 sha256:${digest}\n`)
    await host.tell('slow', '')
    await host.ask(await upRequest(host))
    while (!(await host.calls()).some((call) => call.endsWith('--pull never'))) await sleep(20)
    const pid = (await readFile(path.join(host.root, 'projects/web/jobs/job-1/pid'), 'utf8')).trim()
    expect((await host.ask({ verb: 'stop', project: 'web', job: 'job-1' })).stdout).toBe('stopped\n')
    expect((await ended(host, 'job-1')).state).toEqual({ kind: 'done', exit_code: exitCodes.terminated })
    await expect(run('pgrep', ['--runstates', 'D,R,S,T', '--pgroup', pid])).rejects.toMatchObject({ code: 1 })
    expect((await host.ask({ verb: 'stop', project: 'web', job: 'job-1' })).stdout).toBe('ended 143\n')
    expect((await host.ask({ verb: 'stop', project: 'web', job: 'job-9' })).stdout).toBe('absent\n')
  })

  test('a job killed from outside is lost, and the target is free again', async () => {
    await using host = await hostFolder(shell)
    await host.tell('images', `web:1 sha256:${digest}\n`)
    await host.tell('slow', '')
    await host.ask(await upRequest(host))
    const pid = Number(await readFile(path.join(host.root, 'projects/web/jobs/job-1/pid'), 'utf8'))
    process.kill(-pid, 'SIGKILL')
    await rm(path.join(host.root, '../stand-in/slow'))
    expect((await ended(host, 'job-1')).state).toEqual({ kind: 'lost' })
    expect((await host.ask(await upRequest(host, 'job-2'))).stdout).toBe('started\n')
  })

  test('old documents go, the current and the previous one stay', async () => {
    await using host = await hostFolder(shell)
    await host.tell('images', `web:1 sha256:${digest}\n`)
    const requests = []
    for (const [index, document] of ['{"a":1}', '{"a":2}', '{"a":3}'].entries()) {
      const request = await upRequest(host, `job-${index}`, 1, document)
      requests.push(request)
      await host.ask(request)
      await ended(host, `job-${index}`)
    }
    expect((await host.ask({ verb: 'gc', project: 'web' })).stdout).toBe('removed 2\n')
    const kept = requests.slice(1).flatMap((request) => [request.document, request.images])
    const files = await readdir(path.join(host.root, 'projects/web/files'))
    expect(new Set(files.map((name) => name.replace('.sum', '')))).toEqual(new Set(kept))
  })
})
