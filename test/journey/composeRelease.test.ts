import { readdir, readFile, stat, writeFile, mkdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { z } from 'zod'
import { ticket } from '../../src-preload/contract/inbox.ts'
import { diagnostic, preview, release } from '../../src-preload/contract/releases.ts'
import { timelineEvent } from '../../src-preload/contract/events.ts'
import { embeddedSecretsOf, openCommandLine } from '../support/commandLine.ts'
import type { CommandLine } from '../support/commandLine.ts'
import { removeProjects, startDockerHost } from '../support/composeHost.ts'
import type { DockerHost } from '../support/composeHost.ts'
import { importBusybox } from '../support/docker.ts'
import { describeWith } from '../support/parts.ts'
import { freePort } from '../support/sshd.ts'

const secret = 'kept-from-everybody-4711'
const page = 'this is version one'

function composeFile(port: number, image: string): string {
  return stringify({
    services: {
      web: {
        image: `${image}:\${TAG}`,
        restart: 'unless-stopped',
        command: ['sh', '-c', 'echo serving /www on 8080; exec httpd -f -p 8080 -h /www'],
        ports: [`127.0.0.1:${port}:8080`],
        environment: { DB_PASSWORD: '${DB_PASSWORD}' },
        healthcheck: {
          test: ['CMD', 'wget', '-q', '-O', '-', 'http://127.0.0.1:8080/health'],
          interval: '1s',
          timeout: '2s',
          retries: 2,
        },
      },
    },
  })
}

function declaration(host: DockerHost, project: string, port: number): string {
  const { user, port: sshPort, hostKeys } = host.sshd
  return stringify({
    version: 1,
    project: 'shop',
    stages: [{ name: 'production' }],
    targets: [
      {
        name: 'live',
        stage: 'production',
        runtime: 'compose',
        host: `ssh://${user}@127.0.0.1:${sshPort}`,
        host_key: hostKeys.ed25519,
        project,
      },
    ],
    services: [
      {
        name: 'web',
        source: { directory: './web' },
        variables: { TAG: { required: true }, DB_PASSWORD: { secret: true, required: true } },
        releases_to: [
          {
            target: 'live',
            verify: {
              timeout_seconds: 40,
              window_seconds: 2,
              http: { url: `http://127.0.0.1:${port}/`, contains: page },
            },
          },
        ],
      },
    ],
  })
}

/** Command lines of all processes while `work` runs, looked at again and again. */
async function commandLinesDuring(work: Promise<unknown>): Promise<Set<string>> {
  const seen = new Set<string>()
  let running = true
  const ended = work.finally(() => {
    running = false
  })
  while (running) {
    for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
      seen.add(line.replaceAll('\0', ' '))
    }
    await sleep(20)
  }
  await ended
  return seen
}

/** Files below a folder that hold a text, with their modes. */
async function filesHolding(folder: string, text: string): Promise<{ file: string; mode: string }[]> {
  const found: { file: string; mode: string }[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = path.join(entry.parentPath, entry.name)
    if (!(await readFile(file)).includes(text)) continue
    found.push({ file, mode: ((await stat(file)).mode & 0o777).toString(8) })
  }
  return found
}

for (const kind of ['v2', 'v1'] as const) {
  describeWith(
    ['docker', 'sshd', 'busybox-static', `compose-${kind}`],
    `a governed release with Compose ${kind}`,
    () => {
      const project = `journey-${kind}-${process.pid}`
      const image = `pilothouse-${project}/web`
      let host: DockerHost
      let cli: CommandLine
      let port: number
      const all: string[] = []

      beforeAll(async () => {
        host = await startDockerHost(kind)
        port = await freePort()
        await importBusybox(host.engine, `${image}:1`, {
          files: { '/www/index.html': page, '/www/health': 'fine' },
        })
        await importBusybox(host.engine, `${image}:2`, { files: { '/www/index.html': 'version two' } })
        cli = await openCommandLine({ DB_PASSWORD_HERE: secret })
        await mkdir(path.join(cli.home, 'web'))
        await writeFile(path.join(cli.home, 'web', 'compose.yaml'), composeFile(port, image))
        await writeFile(path.join(cli.home, 'pilothouse.yaml'), declaration(host, project, port))
        await cli.records(['--profile', 'alice', 'ledger', 'init', '--login', 'alice', '--person', 'Alice'])
        const invitation = path.join(cli.home, 'bob.json')
        await cli.records([
          '--profile',
          'alice',
          'member',
          'add',
          'bob',
          '--person',
          'Bob',
          '--role',
          'approver',
          '--out',
          invitation,
        ])
        await cli.records(['--profile', 'bob', 'join', invitation])
        await cli.records(['--profile', 'alice', 'profile', 'ssh', '--identity', host.sshd.identity])
      })

      afterAll(async () => {
        await removeProjects(host.engine, [project])
        await host.engine.docker('image', 'rm', '--force', `${image}:1`, `${image}:2`)
        await cli.close()
        await host[Symbol.asyncDispose]()
      })

      /** Runs as a member and keeps everything that was said, to be searched for the secret. */
      async function as(member: string, argv: readonly string[], code = 0): Promise<unknown[]> {
        const { stdout, stderr, code: actual } = await cli.run(['--json', '--profile', member, ...argv])
        all.push(stdout, stderr)
        expect({ argv, code: actual, said: actual === code ? '' : stdout + stderr }).toEqual({
          argv,
          code,
          said: '',
        })
        return stdout
          .split('\n')
          .filter(Boolean)
          .map((line): unknown => JSON.parse(line))
      }

      async function planned(tag: string, more: readonly string[] = []): Promise<z.infer<typeof preview>> {
        const [answer] = await as('alice', [
          'release',
          'preview',
          'web',
          '--target',
          'live',
          '--set',
          `TAG=${tag}`,
          ...more,
        ])
        return z.object({ preview }).parse(answer).preview
      }

      async function approved(label: string, plan: z.infer<typeof preview>): Promise<void> {
        await as('alice', ['release', 'apply', label, '--preview', plan.preview_ref])
        const [shown] = await as('bob', ['inbox', 'show', label])
        const { context_hash } = z.object({ ticket }).parse(shown).ticket
        expect(context_hash).toBe(plan.context_hash)
        await as('bob', ['inbox', 'approve', label, '--digest', context_hash.slice(7, 19)])
      }

      async function state(label: string): Promise<string> {
        const [found] = await as('alice', ['release', 'status', label])
        return release.parse(found).lifecycle_state
      }

      it('declares the project, and says nothing changes the second time', async () => {
        const file = path.join(cli.home, 'pilothouse.yaml')
        await as('alice', ['config', 'apply', '-f', file])
        const [again] = await as('alice', ['config', 'diff', '-f', file])
        expect(JSON.stringify(again)).not.toContain('"create"')
      })

      it('brings version 1 up after a second person approved it; it answers HTTP', async () => {
        const plan = await planned('1', ['--secret', 'DB_PASSWORD=env:DB_PASSWORD_HERE'])
        await approved('web-1', plan)
        const lines = await commandLinesDuring(as('alice', ['release', 'apply', 'web-1']))
        expect([...lines].some((line) => line.includes('pilothouse-host'))).toBe(true)
        expect([...lines].filter((line) => line.includes(secret))).toEqual([])
        expect(await state('web-1')).toBe('applied')
        expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe(page)
        const [container] = (
          await host.engine.docker('ps', '-q', '--filter', `label=com.docker.compose.project=${project}`)
        ).split('\n')
        expect(await host.engine.docker('exec', container ?? '', 'sh', '-c', 'echo $DB_PASSWORD')).toBe(
          secret,
        )
      })

      it('fails version 2 with a diagnosis that names container, health output and last log lines', async () => {
        await approved('web-2', await planned('2'))
        await as('alice', ['release', 'apply', 'web-2'], 6)
        expect(await state('web-2')).toBe('failed')
        const [found] = await as('alice', ['release', 'diagnose', 'web-2'])
        const [finding] = z.array(diagnostic).parse(found)
        expect(finding?.code).toBe('compose_unhealthy')
        expect(finding?.resource.container).toMatch(new RegExp(`^${project}[-_]web[-_]1$`))
        expect(finding?.evidence.health_output).toContain('404')
        expect(finding?.evidence.last_log_lines).toContain('serving /www on 8080')
      })

      it('goes back to version 1 without a second ticket', async () => {
        await as('alice', ['release', 'rollback', 'web-2', '--reason', 'no health page', '--apply'])
        expect(await state('web-2')).toBe('rollback')
        expect(await state('web-3')).toBe('applied')
        expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe(page)
      })

      it('holds every event of the failed release in order, in a record that verifies', async () => {
        const [found] = await as('alice', ['release', 'timeline', 'web-2'])
        const events = z.array(timelineEvent).parse(found)
        expect(events.map(({ action }) => action)).toEqual([
          'release.draft_created',
          'release.previewed',
          'release.apply_requested',
          'approval.ticket_created',
          'release.pending_approval',
          'approval.viewed',
          'approval.viewed',
          'approval.approved',
          'release.approved',
          'release.applying',
          'release.step_started',
          'release.step_succeeded',
          'release.step_started',
          'release.step_succeeded',
          'release.step_started',
          'release.step_succeeded',
          'release.failed',
          'release.rollback_completed',
        ])
        const [report] = await as('alice', ['audit', 'verify'])
        expect(report).toMatchObject({ broken: [] })
      })

      it('has the secret nowhere but in 0600 files of the host', async () => {
        expect(all.filter((text) => text.includes(secret))).toEqual([])
        const holding = await filesHolding(host.root, secret)
        expect(new Set(holding.map(({ mode }) => mode))).toEqual(new Set(['600']))
        expect(await embeddedSecretsOf(cli, secret)).toEqual([])
      })
    },
  )
}
