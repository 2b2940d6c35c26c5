import { z } from 'zod'
import type { Service } from '../../../src-preload/contract/services.ts'
import type { Observation, Target } from '../../../src-preload/contract/targets.ts'
import { addCommand, addGroup } from '../command.ts'
import type { Parent } from '../command.ts'
import { facts, shortDigest, shortInstant, table } from '../output.ts'
import type { Paint } from '../output.ts'
import { say } from '../say.ts'
import { startRuleText } from '../show/release.ts'
import { toneOfSeverity } from '../show/state.ts'
import { invalid } from './given.ts'

const inProject = { flags: '--project <name>', text: 'flag.project' } as const
const project = z.string().optional()

/** `pilothouse service …` */
export function addServices(root: Parent): void {
  const parent = addGroup(root, 'service')
  addCommand(parent, {
    usage: 'list',
    text: 'service.list',
    flags: [inProject],
    options: z.object({ project }),
    run: async ({ client, output }, options) => {
      const services = await (await client()).services.list({ project: options.project })
      output.answer(services, (paint) =>
        table(
          paint,
          ['SERVICE', 'RUNTIME', 'SOURCE', 'RELEASES TO'],
          services.map((service) => [
            service.name,
            service.runtime,
            `${service.source.path}/${service.source.file}`,
            service.releases_to.map(({ target }) => target).join(', '),
          ]),
          say('say.no_services'),
        ),
      )
    },
  })
  addCommand(parent, {
    usage: 'show <service>',
    text: 'service.show',
    flags: [inProject],
    options: z.object({ service: z.string(), project }),
    run: async ({ client, output }, options) => {
      const { services } = await client()
      const found = await services.get({ service: options.service, project: options.project })
      output.answer(found, (paint) => serviceLines(paint, found))
    },
  })
}

function serviceLines(paint: Paint, service: Service): string[] {
  return [
    `${paint('strong', service.name)}  ${service.runtime}`,
    ...facts([
      ['team', service.team],
      ['source', `${service.source.path}/${service.source.file}`],
    ]),
    ...Object.entries(service.variables).map(([name, { required, secret, default: value }]) =>
      [
        `  ${name}`,
        secret ? say('say.secret') : '',
        required ? say('say.required') : '',
        value === undefined ? '' : say('say.default', { value }),
      ]
        .filter((part) => part !== '')
        .join('  '),
    ),
    ...service.releases_to.map((place) =>
      [
        `  → ${place.target}`,
        place.strategy,
        say(`say.on_failure_${place.on_failure}`),
        say('say.starts', { when: startRuleText(place.start) }),
      ].join('  '),
    ),
  ]
}

/** `pilothouse target …` */
export function addTargets(root: Parent): void {
  const parent = addGroup(root, 'target')
  addTargetList(parent)
  addCommand(parent, {
    usage: 'show <target>',
    text: 'target.show',
    flags: [inProject],
    options: z.object({ target: z.string(), project }),
    run: async ({ client, output }, options) => {
      const { targets } = await client()
      const found = await targets.get({ target: options.target, project: options.project })
      output.answer(found, (paint) => targetLines(paint, found))
    },
  })
  addCommand(parent, {
    usage: 'observe <target>',
    text: 'target.observe',
    flags: [inProject],
    options: z.object({ target: z.string(), project }),
    run: async ({ client, output }, options) => {
      const { targets } = await client()
      const found = await targets.observe({ target: options.target, project: options.project })
      output.answer(found, (paint) => observationLines(paint, found))
    },
  })
  addScan(parent)
}

function addTargetList(parent: Parent): void {
  addCommand(parent, {
    usage: 'list',
    text: 'target.list',
    flags: [inProject],
    options: z.object({ project }),
    run: async ({ client, output }, options) => {
      const targets = await (await client()).targets.list({ project: options.project })
      output.answer(targets, (paint) =>
        table(
          paint,
          ['TARGET', 'STAGE', 'RUNTIME', 'HOST', 'LAST APPLIED', 'LOCKED BY'],
          targets.map((target) => [
            target.name,
            target.stage.name,
            target.runtime,
            placeText(target),
            target.last_applied?.release ?? '–',
            target.locked_by ?? '',
          ]),
          say('say.no_targets'),
        ),
      )
    },
  })
}

function placeText({ place }: Target): string {
  return place.host.kind === 'local'
    ? `local (${place.project})`
    : `${place.host.user}@${place.host.address}:${place.host.port} (${place.project})`
}

function targetLines(paint: Paint, target: Target): string[] {
  const { host, allow } = target.place
  const last = target.last_applied
  return [
    `${paint('strong', target.name)}  ${target.runtime}  ${target.stage.name}`,
    ...facts([
      ['host', placeText(target)],
      ['pinned', host.kind === 'ssh' ? host.host_key : host.engine_id],
      ['allows', allow.join(', ')],
      ['identity', shortDigest(target.identity)],
      ['fence', String(target.fence)],
      ['last applied', last === null ? null : `${last.release}, ${shortInstant(last.at)}`],
      ['locked by', target.locked_by],
    ]),
  ]
}

function observationLines(paint: Paint, found: Observation): string[] {
  return [
    `${paint('strong', found.target)}  ${found.drifted ? paint('bad', say('say.drifted')) : paint('good', say('say.not_drifted'))}`,
    ...facts([
      ['live base', shortDigest(found.live_base_digest)],
      ['fence', String(found.fence)],
    ]),
    ...found.checks.map(
      ({ key, severity, params }) =>
        `${paint(toneOfSeverity(severity), severity.padEnd(7))} ${say({ text: `check.${key}`, params })}`,
    ),
    ...facts(Object.entries(found.detail).map(([key, value]) => [key, JSON.stringify(value)])),
  ]
}

/** `[user@]host[:port]`, an IPv6 address in brackets where a port follows. */
export function parseHost(place: string): { address: string; port: number } {
  const found = /^(?:ssh:\/\/)?(?:[^@\s]+@)?(?:\[([^\]]+)\]|([^@:\s]+))(?::(\d{1,5}))?$/.exec(place)
  const address = found?.[1] ?? found?.[2]
  const port = Number(found?.[3] ?? 22)
  if (address === undefined || port < 1 || port > 65535) {
    throw invalid('host', 'expected [user@]host[:port]')
  }
  return { address, port }
}

function addScan(parent: Parent): void {
  addCommand(parent, {
    usage: 'scan <host>',
    text: 'target.scan',
    options: z.object({ host: z.string() }),
    run: async ({ output, around }, { host }) => {
      const { address, port } = parseHost(host)
      const key = await around.scanHostKey(address, port)
      output.answer({ address, port, host_key: key }, (paint) => [
        paint('strong', key),
        say('say.compare_host_key', { address }),
      ])
    },
  })
}
