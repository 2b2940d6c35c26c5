import { isAbsolute, resolve } from 'node:path'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { verification } from '../../src-preload/contract/services.ts'
import type { Service } from '../../src-preload/contract/services.ts'
import type { ConfigChange, ConfigFile } from '../../src-preload/contract/config.ts'
import { composeHost, hostKeyFingerprint } from '../../src-preload/contract/targets.ts'
import type { ComposeHost } from '../../src-preload/contract/targets.ts'
import { projectId, serviceId, stageId, targetId } from '../../src-preload/contract/vocabulary.ts'
import type { CommandId, Position, TicketId } from '../../src-preload/contract/vocabulary.ts'
import { configChanges } from '../lifecycle/configChanges.ts'
import { declaredNouns, existingNouns } from '../lifecycle/configNouns.ts'
import { placeIdentity } from '../lifecycle/identity.ts'
import type { Declaration } from '../ports/ledger.ts'
import type { EngineParts } from './parts.ts'

type FileTarget = ConfigFile['targets'][number]
type FileService = ConfigFile['services'][number]

function invalid(path: string, problem: string): PilothouseError {
  return new PilothouseError('validation_error', { problems: [{ path, problem }] })
}

function parseSshUrl(target: FileTarget): { address: string; port: number; user: string } {
  const url = URL.parse(target.host)
  if (url === null || url.username === '' || url.password !== '' || !['', '/'].includes(url.pathname)) {
    throw invalid(
      `targets.${target.name}.host`,
      'an SSH host is written ssh://user@address or ssh://user@address:port',
    )
  }
  const address = url.hostname.replace(/^\[|\]$/g, '')
  return { address, port: url.port === '' ? 22 : Number(url.port), user: decodeURIComponent(url.username) }
}

async function hostOf(parts: EngineParts, target: FileTarget): Promise<ComposeHost> {
  if (target.host === 'local') return { kind: 'local', engine_id: await parts.places.localEngineId() }
  const place = parseSshUrl(target)
  if (target.host_key === undefined) {
    const actual = await parts.places.scanHostKey(place.address, place.port)
    throw new PilothouseError('ssh_host_key_unknown', { actual, target: target.name, address: place.address })
  }
  if (!hostKeyFingerprint.safeParse(target.host_key).success) {
    throw invalid(`targets.${target.name}.host_key`, 'a fingerprint is written SHA256: and 43 characters')
  }
  const host = composeHost.safeParse({ kind: 'ssh', ...place, host_key: target.host_key })
  if (!host.success)
    throw invalid(`targets.${target.name}.host`, host.error.issues.map((issue) => issue.message).join('; '))
  return host.data
}

async function declaredTarget(
  parts: EngineParts,
  target: FileTarget,
): Promise<Declaration['targets'][number]> {
  const place = { host: await hostOf(parts, target), project: target.project, allow: target.allow }
  return {
    id: targetId.parse(parts.newId()),
    name: target.name,
    stage: target.stage,
    runtime: target.runtime,
    place,
    identity: placeIdentity(place),
  }
}

function declaredService(
  parts: EngineParts,
  service: FileService,
  directory: string,
): Declaration['services'][number] {
  const { directory: source, file } = service.source
  const path = isAbsolute(source) ? source : resolve(directory, source)
  return {
    id: serviceId.parse(parts.newId()),
    name: service.name,
    team: service.team ?? null,
    runtime: service.runtime,
    source: { kind: 'directory', path, file },
    variables: service.variables,
    releases_to: service.releases_to.map((delivery) => ({
      target: delivery.target,
      strategy: delivery.strategy,
      verification: delivery.verify ?? verification.parse({}),
      on_failure: delivery.on_failure,
      start: delivery.start,
      retries: delivery.retries,
      go_back_hours: delivery.go_back_hours,
    })),
  }
}

function requireUnique(noun: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined) throw invalid(noun, `${twice} is declared twice`)
}

/** Names that refer to nothing are found here, before any host is asked. */
function requireConsistent(file: ConfigFile): void {
  const stages = file.stages.map((stage) => stage.name)
  const targets = file.targets.map((target) => target.name)
  requireUnique('stages', stages)
  requireUnique('targets', targets)
  requireUnique(
    'services',
    file.services.map((service) => service.name),
  )
  for (const target of file.targets) {
    if (!stages.includes(target.stage))
      throw invalid(`targets.${target.name}.stage`, `no stage ${target.stage} is declared`)
  }
  for (const service of file.services) {
    for (const { target } of service.releases_to) {
      if (!targets.includes(target))
        throw invalid(`services.${service.name}.releases_to`, `no target ${target} is declared`)
    }
  }
}

async function declarationOf(
  parts: EngineParts,
  ask: { command_id: CommandId; file: ConfigFile; directory: string },
): Promise<Declaration> {
  const { file } = ask
  requireConsistent(file)
  const known = (await parts.reads.projects()).find((project) => project.name === file.project)
  const targets = await Promise.all(file.targets.map((target) => declaredTarget(parts, target)))
  return {
    command_id: ask.command_id,
    project: { id: known?.id ?? projectId.parse(parts.newId()), name: file.project },
    stages: file.stages.map((stage, rank) => ({
      ...stage,
      id: stageId.parse(parts.newId()),
      rank,
      production: stage.production ?? stage.name === 'production',
      approvals: stage.approvals ?? null,
    })),
    targets,
    services: file.services.map((service) => declaredService(parts, service, ask.directory)),
  }
}

async function changesOf(parts: EngineParts, declaration: Declaration): Promise<ConfigChange[]> {
  const { name } = declaration.project
  const exists = (await parts.reads.projects()).some((project) => project.name === name)
  if (!exists) return configChanges([], declaredNouns(declaration))
  const [stages, policies, targets, services] = await Promise.all([
    parts.reads.stages(name),
    parts.reads.policies(name),
    parts.reads.targets(name),
    parts.reads.services(name),
  ])
  const has = { stages, policies, targets, services }
  return configChanges(existingNouns(name, has), declaredNouns(keepingTeams(declaration, services)))
}

/** A team that the file leaves out stays what it is, so it is no change. */
function keepingTeams(declaration: Declaration, has: readonly Service[]): Declaration {
  const services = declaration.services.map((service) => {
    const known = has.find(({ name }) => name === service.name)
    return { ...service, team: service.team ?? known?.team ?? null }
  })
  return { ...declaration, services }
}

/** What applying a file would change; nothing is written. */
export async function diffConfiguration(
  parts: EngineParts,
  ask: { file: ConfigFile; directory: string; command_id: CommandId },
): Promise<ConfigChange[]> {
  return changesOf(parts, await declarationOf(parts, ask))
}

/**
 * Declares a file's project, stages, targets and services, and says what that changed. What touches the policy of a
 * stage that exists waits in `tickets` for a second person, once there is one.
 */
export async function applyConfiguration(
  parts: EngineParts,
  ask: { file: ConfigFile; directory: string; command_id: CommandId },
): Promise<{ changes: ConfigChange[]; tickets: TicketId[]; position: Position }> {
  const declaration = await declarationOf(parts, ask)
  const changes = await changesOf(parts, declaration)
  const { tickets, position } = await parts.ledger.declare(declaration)
  return { changes, tickets: [...tickets], position }
}
