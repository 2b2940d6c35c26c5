import { describe, expect, test } from 'vitest'
import { judge } from '../support/machine.ts'
import type { Facts } from '../support/machine.ts'
import { needs, parts, presence, registration } from '../support/parts.ts'
import type { Machine } from '../support/parts.ts'

const programs = {
  docker: '/usr/bin/docker',
  dockerd: '/usr/sbin/dockerd',
  'docker-compose': '/usr/bin/docker-compose',
  sshd: '/usr/sbin/sshd',
  'ssh-keygen': '/usr/bin/ssh-keygen',
  ip: '/usr/sbin/ip',
  setpriv: '/usr/bin/setpriv',
  chromium: '/usr/bin/chromium',
}

function factsWith(changes: Partial<Facts> = {}): Facts {
  return {
    uid: 0,
    mayStartDockerd: true,
    dockerSilence: 'no engine answers at unix:///var/run/docker.sock',
    programs,
    composeV1Version: '1.29.2',
    composeV2Version: '2.40.3',
    busyboxIsStatic: true,
    nobodyReadsRepository: true,
    ...changes,
  }
}

const nothing = judge(
  factsWith({
    uid: 1000,
    programs: {},
    composeV1Version: undefined,
    composeV2Version: undefined,
    busyboxIsStatic: false,
    nobodyReadsRepository: false,
  }),
)

describe('what a machine has', () => {
  test('a machine as .ci/run prepares it has everything', () => {
    const everything = Object.fromEntries(parts.map((part) => [part, { present: true }]))
    expect(judge(factsWith())).toEqual(everything)
  })

  test('a bare machine says of each part why it is missing', () => {
    expect(nothing).toEqual({
      docker: { present: false, reason: 'docker: no docker command installed' },
      dockerd: { present: false, reason: 'dockerd: only root may start one' },
      sshd: { present: false, reason: 'sshd: no sshd and ssh-keygen installed' },
      'compose-v1': { present: false, reason: 'compose-v1: docker-compose is not installed' },
      'compose-v2': {
        present: false,
        reason: 'compose-v2: no plugin; on Debian, node script/dev/compose-v2.js fetches one',
      },
      'busybox-static': { present: false, reason: 'busybox-static: no static busybox installed' },
      root: { present: false, reason: 'root: not running as root' },
      'unprivileged-user': {
        present: false,
        reason: 'unprivileged-user: only root can become another user',
      },
      chromium: { present: false, reason: 'chromium: no chromium installed' },
    })
  })

  test('an engine that answers is enough for docker, as any user', () => {
    const machine = judge(factsWith({ uid: 1000, dockerSilence: undefined }))
    expect(machine.docker).toEqual({ present: true })
    expect(machine.dockerd.present).toBe(false)
  })

  test('no engine, and none may be started: both reasons are told', () => {
    expect(judge(factsWith({ uid: 1000 })).docker).toEqual({
      present: false,
      reason:
        'docker: no engine answers at unix:///var/run/docker.sock, and none can be started ' +
        '(dockerd: only root may start one)',
    })
  })

  test('root in a container without the right to mount starts no dockerd', () => {
    expect(judge(factsWith({ mayStartDockerd: false })).dockerd).toEqual({
      present: false,
      reason: 'dockerd: this container may not mount or make bridges',
    })
  })

  test('programs that dockerd needs are named', () => {
    const others = { docker: programs.docker, setpriv: programs.setpriv }
    expect(judge(factsWith({ programs: others })).dockerd).toEqual({
      present: false,
      reason: 'dockerd: no dockerd, ip installed',
    })
  })

  test('docker-compose 2 is no Compose v1', () => {
    expect(judge(factsWith({ composeV1Version: '2.26.1' }))['compose-v1']).toEqual({
      present: false,
      reason: 'compose-v1: docker-compose is 2.26.1',
    })
  })

  test('this machine was looked at before the tests began', () => {
    expect(needs('root')).toEqual(
      process.getuid?.() === 0 ? { present: true } : { present: false, reason: 'root: not running as root' },
    )
  })
})

describe('a suite that needs parts', () => {
  const machine: Machine = { ...nothing, sshd: { present: true } }

  test('runs where it has all of them', () => {
    expect(presence(machine, ['sshd'])).toEqual({ present: true })
    expect(presence(machine, [])).toEqual({ present: true })
    expect(registration('over SSH', { present: true }, true)).toEqual({ kind: 'run', name: 'over SSH' })
  })

  const missing = presence(machine, ['root', 'sshd', 'compose-v1'])

  test('is left out with every reason in its name', () => {
    expect(registration('over SSH', missing, false)).toEqual({
      kind: 'skip',
      name: 'over SSH [skipped: root: not running as root; compose-v1: docker-compose is not installed]',
    })
  })

  test('fails where everything is required', () => {
    expect(registration('over SSH', missing, true)).toEqual({
      kind: 'fail',
      name: 'over SSH',
      reason: 'root: not running as root; compose-v1: docker-compose is not installed',
    })
  })
})
