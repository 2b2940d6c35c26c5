import { Buffer } from 'node:buffer'
import { exitCodes, imageLine } from '../runtimes/compose/protocol.ts'
import type { HostRequest } from '../runtimes/compose/protocol.ts'
import { refuses, says } from './answer.ts'
import type { Answer } from './answer.ts'
import { lifeOf } from './container.ts'
import { containerLog } from './containerLog.ts'
import { composeVersion, dockerVersion, freeKib, hostRoot } from './hostParts.ts'
import type { HostParts } from './hostParts.ts'
import { tagOf } from './imageStore.ts'
import { inspectLine } from './inspect.ts'

type Looking = Extract<HostRequest, { verb: 'facts' | 'images' | 'ps' | 'logs' | 'health' }>

const shownBytes = 65_536

/** Answers the verbs that change nothing. */
export function look(host: HostParts, request: Looking): Answer {
  switch (request.verb) {
    case 'facts':
      return says(facts(host))
    case 'images':
      return says(request.references.map((reference) => imageLine(imageFacts(host, reference))).join(''))
    case 'ps':
      return says(ps(host, request.project))
    case 'logs':
      return logs(host, request.container, request.lines)
    case 'health':
      return says(http(host, new URL(request.url)))
  }
}

function facts(host: HostParts): string {
  const known = {
    version: 1,
    root: hostRoot,
    root_scope: 'host',
    uid: 1000,
    os: 'simulated',
    arch: 'simulated',
    clock: Math.floor(host.clock.now() / 1000),
    missing: '',
    docker: 'ok',
    docker_message: '',
    docker_version: dockerVersion,
    engine_id: host.engineId,
    compose: 'v2',
    compose_version: composeVersion,
    root_free_kib: freeKib(host),
    docker_free_kib: freeKib(host),
    http_tool: 'curl',
  }
  return Object.entries(known)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

function imageFacts({ docker }: HostParts, reference: string) {
  const image = docker.image(reference)
  return {
    reference,
    image_id: image?.id ?? null,
    repo_digests: image === undefined ? [] : [image.repo_digest],
  }
}

function ps({ docker, clock }: HostParts, project: string): string {
  const now = clock.now()
  return docker
    .containers(project)
    .map((container) => `${inspectLine(container, now)}\n`)
    .join('')
}

function logs({ docker, clock }: HostParts, id: string, lines: number): Answer {
  const container = docker.containers().find((each) => each.id.startsWith(id))
  if (container === undefined)
    return refuses(exitCodes.tool_failed, `Error response from daemon: No such container: ${id}`)
  const all = containerLog(container, clock.now()).slice(-lines)
  const bytes = Buffer.from(`${all.map(({ text }) => text).join('\n')}\n`)
  return says(bytes.subarray(-shownBytes))
}

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

function http({ docker, clock }: HostParts, url: URL): string {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
  const silent = (reason: string) => `tool curl\nstatus 000\ncurl: (7) ${reason}\n`
  if (!loopback.test(url.hostname))
    return silent(`the simulated host reaches only itself, not ${url.hostname}`)
  const container = docker.onPort(port)
  const answers = container === undefined ? 'not at all' : lifeOf(container, clock.now()).answers
  if (container === undefined || answers === 'not at all')
    return silent(`Failed to connect to ${url.hostname} port ${port}: Connection refused`)
  const status = answers === 'well' ? 200 : 503
  const body = {
    simulated: true,
    service: container.service,
    image: container.image.name,
    tag: tagOf(container.image),
  }
  return `tool curl\nstatus ${status}\n${JSON.stringify(body)}\n`
}

/** An answer for a disk that is full, as a write to it gives; null where there is room. */
export function diskFull({ docker }: HostParts, path: string): Answer | null {
  return docker.switches.isOn('full_disk')
    ? refuses(exitCodes.io, `can't write ${hostRoot}/${path}: No space left on device`)
    : null
}
