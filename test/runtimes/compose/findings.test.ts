import { describe, expect, it } from 'vitest'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { caps } from '../../../src-preload/contract/vocabulary.ts'
import type { Failure } from '../../../src-main/ports/runtime.ts'
import { causeIn, causeOfExit } from '../../../src-main/runtimes/compose/causes.ts'
import type { ContainerRecord } from '../../../src-main/runtimes/compose/container.ts'
import { findings } from '../../../src-main/runtimes/compose/findings.ts'
import type { Evidence } from '../../../src-main/runtimes/compose/findings.ts'
import { checked, container, documentOf, ended } from './composeParts.ts'

const document = documentOf({ web: { image: 'a:1', restart: 'always' }, db: { image: 'b:1' } })
const unhealthy: Failure = {
  phase: 'verify',
  error: new PilothouseError('compose_unhealthy', { services: 'web', reason: 'web: unhealthy' }),
  step: null,
}
const up = { index: 2, key: 'up', host: 'web1.test', message: { text: 'x', params: {} }, params: {} }
const upFailed: Failure = {
  phase: 'apply',
  error: new PilothouseError('compose_up_failed', { reason: 'x', exit_code: 1 }),
  step: up,
}

function evidence(containers: readonly ContainerRecord[] | null, more: Partial<Evidence> = {}): Evidence {
  return {
    host: 'web1.test',
    project: 'shop',
    document,
    containers,
    unreachable: null,
    logs: new Map(),
    output: [],
    mask: (text) => text.replaceAll('hunter2', '••••••'),
    ...more,
  }
}

describe('a failing container', () => {
  const web = checked('web', 'unhealthy', 'first\nconnection refused hunter2\n')
  const logs = new Map([['id-shop-web-1', ['starting', 'password hunter2', '\u001b[31mred\u001b[0m\u0007']]])

  it('is told by name, with its health output, last log lines, facts and what to do', () => {
    const params = {
      container: 'shop-web-1',
      service: 'web',
      exit_code: 0,
      restarts: 0,
      output: 'first\nconnection refused ••••••',
    }
    expect(findings(unhealthy, evidence([web, container('db')], { logs }))).toEqual([
      {
        phase: 'verify',
        code: 'compose_unhealthy',
        severity: 'error',
        resource: {
          kind: 'container',
          name: 'shop-web-1',
          namespace: 'shop',
          host: 'web1.test',
          container: 'shop-web-1',
        },
        message: {
          text: 'finding.container_unhealthy',
          params,
        },
        evidence: {
          exit_code: null,
          health_output: 'first\nconnection refused ••••••',
          last_log_lines: ['starting', 'password ••••••', 'red'],
          facts: {
            image: 'web:1.0',
            image_id: 'sha256:image-web',
            restart_count: 0,
            status: 'running',
            started_at: '2026-01-02T03:04:05Z',
            finished_at: '0001-01-01T00:00:00Z',
            oom_killed: false,
            error: '',
            health: 'unhealthy',
            failing_streak: 3,
          },
        },
        hint: { text: 'hint.compose_cause.unhealthy', params },
      },
    ])
  })

  it.each<[string, ContainerRecord, string, string, number | null]>([
    ['an own exit code', ended('web', 3), 'container_exited', 'exited', 3],
    ['a missing command', ended('web', 127), 'container_exited', 'command_not_found', 127],
    ['a command that may not run', ended('web', 126), 'container_exited', 'command_not_executable', 126],
    ['a kill', ended('web', 137), 'container_exited', 'killed', 137],
    ['want of memory', ended('web', 137, { state: { OOMKilled: true } }), 'container_oom', 'oom', 137],
    ['an end that was not its own', ended('web', 0), 'container_stopped', 'stopped', 0],
    [
      'a restart loop',
      container('web', { restarts: 4, state: { Status: 'restarting', ExitCode: 1 } }),
      'container_restarting',
      'restarting',
      1,
    ],
    [
      'a restart loop, caught while it runs',
      container('web', { restarts: 4 }),
      'container_restarting',
      'restarting',
      null,
    ],
    [
      'a healthcheck without its command',
      checked('web', 'unhealthy', 'sh: curl: not found', 127),
      'container_unhealthy',
      'healthcheck_command',
      null,
    ],
    [
      'a healthcheck that is still pending',
      checked('web', 'starting', 'no'),
      'container_not_ready',
      'not_ready',
      null,
    ],
  ])('by %s gets its words, hint and exit code', (_, found, words, hint, exitCode) => {
    const [first, ...more] = findings(unhealthy, evidence([found, container('db')]))
    expect(more).toEqual([])
    expect([first?.message.text, first?.hint.text, first?.evidence.exit_code]).toEqual([
      `finding.${words}`,
      `hint.compose_cause.${hint}`,
      exitCode,
    ])
  })

  it('that could not be started tells Docker’s reason', () => {
    const Error = 'driver failed: Bind for 0.0.0.0:80 failed: port is already allocated'
    const created = container('web', { state: { Status: 'created', ExitCode: 128, Error } })
    const [first] = findings(upFailed, evidence([created, container('db')]))
    expect(first).toMatchObject({
      code: 'compose_up_failed',
      message: { text: 'finding.container_not_created' },
      hint: { text: 'hint.compose_cause.port_taken' },
      evidence: { facts: { error: Error } },
    })
  })

  it('is not one that does well, or one of a service that this release has not', () => {
    const all = findings(unhealthy, evidence([web, container('db', { restarts: 5 }), ended('old', 1)]))
    expect(all.map(({ resource }) => resource.name)).toEqual(['shop-web-1'])
  })

  it('has at most 50 log lines, and fewer where they are long', () => {
    const many = new Map([['id-shop-web-1', Array.from({ length: 80 }, (_, index) => `line ${index}`)]])
    const [short] = findings(unhealthy, evidence([web], { logs: many }))
    expect(short?.evidence.last_log_lines.length).toBe(50)
    expect(short?.evidence.last_log_lines.at(-1)).toBe('line 79')
    const long = new Map([['id-shop-web-1', Array.from({ length: 50 }, () => '€'.repeat(5000))]])
    const [capped] = findings(unhealthy, evidence([web], { logs: long }))
    expect(Buffer.byteLength(JSON.stringify(capped?.evidence))).toBeLessThanOrEqual(caps.evidence)
    expect(capped?.evidence.last_log_lines.length).toBeGreaterThan(5)
  })
})

describe('a service without a container', () => {
  it('is told of where it should have had one', () => {
    expect(findings(upFailed, evidence([container('web')]))[0]).toMatchObject({
      code: 'compose_up_failed',
      resource: { kind: 'service', name: 'db', container: null },
      message: { text: 'finding.service_missing', params: { service: 'db' } },
    })
  })

  it('is nothing to tell before anything was started', () => {
    const failure: Failure = {
      phase: 'apply',
      error: new PilothouseError('compose_config_invalid', {}),
      step: null,
    }
    expect(findings(failure, evidence([])).map(({ resource }) => resource.kind)).toEqual(['project'])
  })
})

describe('the failure itself', () => {
  it('is told where its output names the cause', () => {
    const line = 'Error response: manifest for app:9 not found: manifest unknown hunter2'
    const failure: Failure = {
      phase: 'apply',
      error: new PilothouseError('apply_failed', { exit_code: 1 }),
      step: { ...up, key: 'pull' },
    }
    const shown = line.replace('hunter2', '••••••')
    expect(findings(failure, evidence([], { output: ['pulling', line, ''] }))).toEqual([
      {
        phase: 'apply',
        code: 'apply_failed',
        severity: 'error',
        resource: { kind: 'project', name: 'shop', namespace: 'shop', host: 'web1.test', container: null },
        message: { text: 'finding.cause_image_missing', params: { line: shown } },
        evidence: {
          exit_code: 1,
          health_output: null,
          last_log_lines: ['pulling', shown],
          facts: { step: 'pull', exit_code: 1 },
        },
        hint: { text: 'hint.compose_cause.image_missing', params: { exit_code: 1, line: shown } },
      },
    ])
  })

  it('is told with its last line where the cause is unknown, and by its code where it said nothing', () => {
    const all = [container('web'), container('db')]
    expect(findings(upFailed, evidence(all, { output: ['what now'] }))[0]?.message).toEqual({
      text: 'finding.step_failed_saying',
      params: { step: 'up', line: 'what now' },
    })
    expect(findings(upFailed, evidence(all))[0]).toMatchObject({
      message: { text: 'finding.step_failed', params: { step: 'up', code: 'compose_up_failed' } },
      hint: { text: 'hint.compose_up_failed' },
    })
  })

  it('is told for an HTTP check, beside the containers', () => {
    const error = new PilothouseError('verify_failed', {
      url: 'http://x/',
      reason: 'status 500 instead of 200',
    })
    expect(
      findings({ phase: 'verify', error, step: null }, evidence([container('web'), container('db')])),
    ).toMatchObject([
      {
        message: {
          text: 'finding.http_failed',
          params: { url: 'http://x/', reason: 'status 500 instead of 200' },
        },
      },
    ])
  })

  it('is told even where the host can not be asked, and that it can not', () => {
    const unreachable = new PilothouseError('ssh_unreachable', { host: 'web1.test', reason: 'timeout' })
    const told = findings(upFailed, evidence(null, { unreachable, output: ['no space left on device'] }))
    expect(told.map(({ code, severity, message }) => [code, severity, message.text])).toEqual([
      ['compose_up_failed', 'error', 'finding.cause_disk_full'],
      ['ssh_unreachable', 'warning', 'finding.no_evidence'],
    ])
    const alone = findings(
      { phase: 'apply', error: unreachable, step: null },
      evidence(null, { unreachable }),
    )
    expect(alone.map(({ code, severity }) => [code, severity])).toEqual([['ssh_unreachable', 'error']])
  })
})

describe('known causes', () => {
  it.each([
    ['Bind for 0.0.0.0:8080 failed: port is already allocated', 'port_taken'],
    ['listen tcp4 0.0.0.0:80: bind: address already in use', 'port_taken'],
    ['write /var/lib/docker/x: no space left on device', 'disk_full'],
    ['Conflict. The container name "/web" is already in use by container "1"', 'name_taken'],
    ['pull access denied for app, repository does not exist or may require docker login', 'image_missing'],
    ['No such image: app:1', 'image_missing'],
    ['unauthorized: authentication required', 'registry_auth'],
    ['dial tcp: lookup registry.test: no such host', 'registry_unreachable'],
    ['toomanyrequests: You have reached your pull rate limit', 'registry_limit'],
    ['no matching manifest for linux/arm64/v8 in the manifest list entries', 'platform'],
    ['invalid pool request: Pool overlaps with other one on this address space', 'network_pool'],
    ['invalid mount config for type "bind": bind source path does not exist: /srv/x', 'mount_missing'],
    ['exec: "serve": executable file not found in $PATH: unknown', 'command_not_found'],
    ['exec: "/run.sh": permission denied: unknown', 'command_not_executable'],
    ['Cannot connect to the Docker daemon at unix:///var/run/docker.sock', 'docker_down'],
    ['services.web Additional property imagee is not allowed', 'document_refused'],
    ['service "web" refers to undefined volume data: invalid compose project', 'document_refused'],
  ])('%s', (line, key) => {
    expect(causeIn(['Container shop-web-1  Created', `  ${line}`])).toEqual({ key, line })
  })

  it('are none in lines that only report', () => {
    expect(causeIn(['Container shop-web-1  Started', 'Network shop_default  Created', ''])).toBeNull()
  })

  it('are told from exit codes by convention only', () => {
    expect([0, 1, 2, 126, 127, 137, 139, 143].map(causeOfExit)).toEqual([
      null,
      null,
      null,
      'command_not_executable',
      'command_not_found',
      'killed',
      'memory_fault',
      'terminated',
    ])
  })
})
