import { describe, expect, it } from 'vitest'
import type { ComposeAllowance } from '../../../src-preload/contract/targets.ts'
import type { JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { refuseUnsafe, unsafeOptions } from '../../../src-main/runtimes/compose/unsafe.ts'
import { documentOf, failureOf, targetWith } from './composeParts.ts'

function found(service: JsonObject, more: JsonObject = {}): string[] {
  return unsafeOptions(documentOf({ web: { image: 'a:1', ...service } }, more)).map(
    ({ service: where, option, allow }) => `${where}|${option}|${allow}`,
  )
}

describe('options that reach beyond a container', () => {
  it.each<[JsonObject, string[]]>([
    [{ privileged: true }, ['web|privileged|privileged']],
    [{ privileged: 'yes' }, ['web|privileged|privileged']],
    [
      { cap_add: ['SYS_ADMIN', 'CAP_SYS_PTRACE'] },
      ['web|cap_add SYS_ADMIN|privileged', 'web|cap_add SYS_PTRACE|privileged'],
    ],
    [{ cap_add: ['all'] }, ['web|cap_add ALL|privileged']],
    [{ security_opt: ['seccomp:unconfined'] }, ['web|security_opt seccomp:unconfined|privileged']],
    [{ security_opt: ['label=disable'] }, ['web|security_opt label=disable|privileged']],
    [{ post_start: [{ command: 'x', privileged: true }] }, ['web|post_start privileged|privileged']],
    [{ network_mode: 'host' }, ['web|network_mode host|host_namespaces']],
    [{ pid: 'host' }, ['web|pid host|host_namespaces']],
    [{ ipc: 'host' }, ['web|ipc host|host_namespaces']],
    [{ uts: 'host' }, ['web|uts host|host_namespaces']],
    [{ userns_mode: 'host' }, ['web|userns_mode host|host_namespaces']],
    [{ cgroup: 'host' }, ['web|cgroup host|host_namespaces']],
    [{ pid: 'container:other' }, ['web|pid container:other|host_namespaces']],
    [{ volumes: ['/:/host'] }, ['web|volumes /|bind_root', 'web|volumes /|docker_socket']],
    [{ volumes: ['/srv/..//etc/:/e:ro'] }, ['web|volumes /etc|bind_root']],
    [{ volumes: ['/etc/passwd:/p'] }, ['web|volumes /etc/passwd|bind_root']],
    [{ volumes: ['/var:/v'] }, ['web|volumes /var|bind_root', 'web|volumes /var|docker_socket']],
    [{ volumes: ['/var/lib/docker/x:/v'] }, ['web|volumes /var/lib/docker/x|bind_root']],
    [{ volumes: ['/proc:/p', '/sys:/s'] }, ['web|volumes /proc|bind_root', 'web|volumes /sys|bind_root']],
    [{ volumes: ['/var/lib/pilothouse:/p'] }, ['web|volumes /var/lib/pilothouse|bind_root']],
    [{ volumes: ['/etc/localtime:/etc/localtime'] }, ['web|volumes /etc/localtime|bind_root']],
    [{ volumes: ['/var/run/docker.sock:/s'] }, ['web|volumes /var/run/docker.sock|docker_socket']],
    [{ volumes: ['/run:/run:ro'] }, ['web|volumes /run|docker_socket']],
    [
      { volumes: [{ type: 'bind', source: '/custom/docker.sock', target: '/s' }] },
      ['web|volumes /custom/docker.sock|docker_socket'],
    ],
    [{ use_api_socket: true }, ['web|use_api_socket|docker_socket']],
    [{ volumes_from: ['container:x', 'db'] }, ['web|volumes_from container:x|bind_root']],
    [{ devices: ['/dev/sda:/dev/sda'] }, ['web|devices|devices']],
    [{ device_cgroup_rules: ['c 1:3 mr'] }, ['web|device_cgroup_rules|devices']],
    [{ gpus: 'all' }, ['web|gpus|devices']],
    [
      { deploy: { resources: { reservations: { devices: [{ capabilities: ['gpu'] }] } } } },
      ['web|deploy.resources.reservations.devices|devices'],
    ],
  ])('are found: %j', (service, expected) => {
    expect(found(service)).toEqual(expected)
  })

  it.each<JsonObject>([
    { privileged: false },
    { cap_add: ['NET_ADMIN', 'cap_net_bind_service'], cap_drop: ['ALL'] },
    { security_opt: ['no-new-privileges:true'] },
    { network_mode: 'bridge', pid: 'service:db', ipc: 'private' },
    { network_mode: 'none' },
    { volumes: ['data:/data', '/anonymous', '/srv/app:/app:ro', '/etcetera:/e', '/home/app/x:/x'] },
    { volumes: ['/etc/localtime:/etc/localtime:ro', '/etc/timezone:/etc/timezone:ro'] },
    { volumes: [{ type: 'bind', source: '/etc/localtime', target: '/t', read_only: true }] },
    {
      volumes: [
        { type: 'volume', source: 'data', target: '/data' },
        { type: 'tmpfs', target: '/t' },
      ],
    },
    { devices: [], deploy: { resources: { limits: { memory: '1g' } } } },
  ])('are not found in %j', (service) => {
    expect(found(service)).toEqual([])
  })

  it('are found in networks and volumes that lead to the host under another name', () => {
    const more = {
      networks: { outside: { external: true, name: 'host' }, host: { external: true }, own: { name: 'own' } },
      volumes: {
        a: { driver_opts: { type: 'none', o: 'bind', device: '/' } },
        b: { driver_opts: { type: 'ext4', device: '/dev/sda1' } },
        c: { driver_opts: { type: 'nfs', o: 'addr=nas', device: ':/export' } },
        d: null,
      },
    }
    expect(found({}, more)).toEqual([
      'networks.host|host|host_namespaces',
      'networks.outside|host|host_namespaces',
      'volumes.a|device /|bind_root',
      'volumes.a|device /|docker_socket',
      'volumes.b|device /dev/sda1|devices',
    ])
  })

  it.each<[ComposeAllowance, JsonObject]>([
    ['privileged', { privileged: true }],
    ['host_namespaces', { network_mode: 'host' }],
    ['bind_root', { volumes: ['/etc:/e'] }],
    ['docker_socket', { volumes: ['/run/docker.sock:/s'] }],
    ['devices', { devices: ['/dev/x'] }],
  ])('are allowed by the name %s and by no other', async (allow, service) => {
    const document = documentOf({ web: { image: 'a:1', ...service } })
    const others: ComposeAllowance[] = [
      'privileged',
      'host_namespaces',
      'bind_root',
      'docker_socket',
      'devices',
    ]
    const place = (names: ComposeAllowance[]) => targetWith(names).place
    expect(() => refuseUnsafe(document, place([allow]))).not.toThrow()
    const failure = await failureOf(() =>
      refuseUnsafe(document, place(others.filter((one) => one !== allow))),
    )
    expect([failure.code, failure.data]).toEqual(['compose_unsafe', expect.objectContaining({ allow })])
  })

  it('are all named at once, service by service', async () => {
    const document = documentOf({
      a: { image: 'a:1', privileged: true, pid: 'host' },
      b: { image: 'b:1', devices: ['/dev/x'] },
    })
    const failure = await failureOf(() => refuseUnsafe(document, targetWith(['devices']).place))
    expect(failure.data).toEqual({
      summary: 'a: privileged; a: pid host',
      allow: 'host_namespaces, privileged',
      options: [
        { service: 'a', option: 'privileged', allow: 'privileged' },
        { service: 'a', option: 'pid host', allow: 'host_namespaces' },
      ],
    })
    expect(failure.hint).toBe('hint.compose_unsafe.options')
  })
})
