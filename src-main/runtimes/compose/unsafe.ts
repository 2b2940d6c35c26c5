import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { ComposeAllowance, ComposePlace } from '../../../src-preload/contract/targets.ts'
import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { asList, below, isMapping, scalarText } from './document.ts'
import type { ComposeDocument } from './document.ts'
import { isAtOrBelow, pathMounts, plainPath } from './mounts.ts'

/** An option that reaches beyond the container, where it is, and the allowance that it needs. */
export interface UnsafeOption {
  readonly service: string
  readonly option: string
  readonly allow: ComposeAllowance
}

/** Docker's own default set, and what stays inside the container's own namespaces. */
const harmlessCapabilities = new Set(
  (
    'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP ' +
    'SETUID SYS_CHROOT NET_ADMIN NET_BROADCAST IPC_LOCK IPC_OWNER SYS_NICE SYS_RESOURCE LEASE'
  ).split(' '),
)
const systemFolders = [
  '/bin',
  '/boot',
  '/dev',
  '/etc',
  '/lib',
  '/lib64',
  '/proc',
  '/root',
  '/sbin',
  '/sys',
  '/usr',
  '/var/lib/containerd',
  '/var/lib/docker',
  '/var/lib/pilothouse',
  '/var/spool/cron',
]
const sockets = ['/run', '/var/run']
const socketName = /(?:docker|containerd|podman|crio)\.sock$/
/** The host's clock settings, commonly mounted; harmless while read-only. */
const clockFiles = new Set(['/etc/localtime', '/etc/timezone'])
const off: readonly (Json | undefined)[] = [undefined, null, false, 'false', 'no', 'off', 'n', 'f', '0', 0]

/**
 * Throws `compose_unsafe` with `{summary, allow, options}` for everything that reaches beyond its container and that the place
 * doesn't allow by name. Judged by the document alone: a symbolic link on the host can lead a mount elsewhere.
 */
export function refuseUnsafe(document: ComposeDocument, place: ComposePlace): void {
  const refused = unsafeOptions(document).filter(({ allow }) => !place.allow.includes(allow))
  if (refused.length === 0) return
  throw new PilothouseError(
    'compose_unsafe',
    {
      summary: refused.map(({ service, option }) => `${service}: ${option}`).join('; '),
      allow: [...new Set(refused.map(({ allow }) => allow))].sort().join(', '),
      options: refused.map(({ service, option, allow }) => ({ service, option, allow })),
    },
    { hint: 'hint.compose_unsafe.options' },
  )
}

/** All options of a document that reach beyond their container, allowed or not, in order of the document. */
export function unsafeOptions(document: ComposeDocument): UnsafeOption[] {
  const services = Object.entries(document.services).flatMap(([service, options]) =>
    ofService(options).map((found) => ({ service, ...found })),
  )
  return [...services, ...ofNetworks(document['networks']), ...ofVolumes(document['volumes'])]
}

type Found = Omit<UnsafeOption, 'service'>

function ofService(service: JsonObject): Found[] {
  return [...privileges(service), ...namespaces(service), ...mounts(service), ...devices(service)]
}

function privileges(service: JsonObject): Found[] {
  const found = off.includes(service['privileged']) ? [] : ['privileged']
  const added = asList(service['cap_add'])
    .map((capability) => scalarText(capability).toUpperCase().replace(/^CAP_/, ''))
    .filter((capability) => !harmlessCapabilities.has(capability))
  const unconfined = asList(service['security_opt'])
    .map(scalarText)
    .filter((option) => /unconfined|^label[:=]disable|^seccomp[:=](?!builtin)/i.test(option))
  const hooks = ['post_start', 'pre_stop'].filter((hook) =>
    asList(service[hook]).some((one) => isMapping(one) && !off.includes(one['privileged'])),
  )
  return [
    ...found,
    ...added.map((capability) => `cap_add ${capability}`),
    ...unconfined.map((option) => `security_opt ${option}`),
    ...hooks.map((hook) => `${hook} privileged`),
  ].map((option) => ({ option, allow: 'privileged' }))
}

/** Namespaces of the host, or of a container that isn't of this document. */
function namespaces(service: JsonObject): Found[] {
  return ['network_mode', 'pid', 'ipc', 'uts', 'userns_mode', 'cgroup']
    .filter((option) => /^(host$|container:)/.test(scalarText(service[option])))
    .map((option) => ({ option: `${option} ${scalarText(service[option])}`, allow: 'host_namespaces' }))
}

function mounts(service: JsonObject): Found[] {
  const own = pathMounts(service, '').flatMap(({ source, readOnly }) => ofPath(source, readOnly, 'volumes'))
  const foreign = asList(service['volumes_from'])
    .map(scalarText)
    .filter((from) => from.startsWith('container:'))
    .map((from): Found => ({ option: `volumes_from ${from}`, allow: 'bind_root' }))
  const api: Found[] = off.includes(service['use_api_socket'])
    ? []
    : [{ option: 'use_api_socket', allow: 'docker_socket' }]
  return [...own, ...foreign, ...api]
}

/** A folder above something protected gives that away as well. */
function ofPath(source: string, readOnly: boolean, where: string): Found[] {
  const path = plainPath(source)
  const option = `${where} ${path}`
  const found: Found[] = []
  const system =
    systemFolders.some((folder) => isAtOrBelow(path, folder) || isAtOrBelow(folder, path)) ||
    path.includes('/.local/state/pilothouse')
  if (system && !(readOnly && clockFiles.has(path))) found.push({ option, allow: 'bind_root' })
  const socket = sockets.some((folder) => path === folder || isAtOrBelow(folder, path))
  if (socket || socketName.test(path)) found.push({ option, allow: 'docker_socket' })
  return found
}

function devices(service: JsonObject): Found[] {
  const resources = at(at(service['deploy'], 'resources'), 'reservations')
  return [
    ...['devices', 'device_cgroup_rules', 'gpus'].map((option) => [option, service[option]] as const),
    ['deploy.resources.reservations.devices', at(resources, 'devices')] as const,
  ]
    .filter(([, value]) => asList(value).length > 0)
    .map(([option]) => ({ option, allow: 'devices' }))
}

function ofNetworks(networks: Json | undefined): UnsafeOption[] {
  if (!isMapping(networks)) return []
  return Object.entries(networks)
    .filter(([key, network]) => {
      const external = !off.includes(at(network, 'external'))
      const name = at(network, 'name') ?? at(at(network, 'external'), 'name') ?? (external ? key : '')
      return name === 'host' || at(network, 'driver') === 'host'
    })
    .map(([key]) => ({ service: below('networks', key), option: 'host', allow: 'host_namespaces' }))
}

/** A named volume of the local driver can be a bind mount, or a disk of the host, under another name. */
function ofVolumes(volumes: Json | undefined): UnsafeOption[] {
  if (!isMapping(volumes)) return []
  return Object.entries(volumes).flatMap(([key, volume]) => {
    const device = at(at(volume, 'driver_opts'), 'device')
    if (typeof device !== 'string' || !device.startsWith('/')) return []
    const service = below('volumes', key)
    if (isAtOrBelow(plainPath(device), '/dev')) {
      return [{ service, option: `device ${device}`, allow: 'devices' as const }]
    }
    return ofPath(device, false, 'device').map((found) => ({ service, ...found }))
  })
}

function at(value: Json | undefined, key: string): Json | undefined {
  return isMapping(value) ? value[key] : undefined
}
