import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { z } from 'zod'
import type { RestartPolicy } from './life.ts'

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)
const pairs = z.union([z.record(z.string(), text.nullable()), z.array(z.string())]).transform(toRecord)
const condition = z.enum(['service_started', 'service_healthy', 'service_completed_successfully'])
const dependencies = z.union([
  z.array(z.string()).transform((names) => names.map((name) => [name, 'service_started'] as const)),
  z
    .record(z.string(), z.looseObject({ condition: condition.default('service_started') }))
    .transform((record) => Object.entries(record).map(([name, entry]) => [name, entry.condition] as const)),
])
const port = z.union([
  z.union([z.string(), z.number()]).transform((written) => shortPort(String(written))),
  z
    .looseObject({ target: text, published: text.optional(), protocol: z.string().default('tcp') })
    .transform((long) => portOf(long.target, long.published, long.protocol)),
])
const healthcheck = z.looseObject({
  test: z.union([z.string(), z.array(z.string())]).optional(),
  interval: z.string().optional(),
  retries: z.coerce.number().int().optional(),
  disable: z.boolean().optional(),
})

/** The part of a service that a simulated Docker acts on; the rest only counts in its config hash. */
const service = z.looseObject({
  image: z.string().min(1),
  container_name: z.string().optional(),
  labels: pairs.default({}),
  restart: z.string().optional(),
  healthcheck: healthcheck.optional(),
  depends_on: dependencies.default([]),
  profiles: z.array(z.string()).default([]),
  ports: z.array(port).default([]),
  scale: z.coerce.number().int().min(0).optional(),
  deploy: z.looseObject({ replicas: z.coerce.number().int().min(0).optional() }).optional(),
})
const declared = z.looseObject({
  external: z.boolean().optional(),
  name: z.string().optional(),
})
const document = z.looseObject({
  name: z.string().optional(),
  services: z.record(z.string(), service),
  networks: z.record(z.string(), declared.nullable()).default({}),
  volumes: z.record(z.string(), declared.nullable()).default({}),
})

export type Condition = z.infer<typeof condition>

export interface PublishedPort {
  /** The container's side, such as `8080/tcp`. */
  readonly target: string
  /** The host's side; null where Docker picks one. */
  readonly published: number | null
}

/** A service of a document, as far as a simulated Docker needs it. */
export interface ServiceSpec {
  readonly name: string
  readonly image: string
  readonly containerName: string | null
  readonly labels: Readonly<Record<string, string>>
  readonly restart: RestartPolicy
  readonly health: { readonly interval: number; readonly retries: number } | null
  readonly dependsOn: readonly (readonly [string, Condition])[]
  readonly ports: readonly PublishedPort[]
  readonly replicas: number
  /** Where it has any, `up` doesn't start it: no profile is ever enabled. */
  readonly profiles: readonly string[]
  readonly configHash: string
}

export interface DocumentSpec {
  readonly services: readonly ServiceSpec[]
  /** Networks and volumes that must already be there, by name. */
  readonly external: readonly { readonly kind: 'network' | 'volume'; readonly name: string }[]
}

/** A document that Compose would refuse; the message is in its manner. */
export class DocumentRefused extends Error {}

/** Reads a rendered document. Throws DocumentRefused for what Compose would refuse. */
export function readDocument(bytes: string): DocumentSpec {
  const raw = parse(bytes)
  const parsed = document.safeParse(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new DocumentRefused(`${issue?.path.join('.') ?? ''} ${issue?.message ?? 'is invalid'}`.trim())
  }
  const originals = z.object({ services: z.record(z.string(), z.unknown()) }).parse(raw).services
  const services = Object.entries(parsed.data.services).map(([name, entry]) =>
    specOf(name, entry, originals[name]),
  )
  return { services: inOrder(services), external: externals(parsed.data) }
}

function parse(bytes: string): unknown {
  try {
    return JSON.parse(bytes, literally)
  } catch (error) {
    throw new DocumentRefused('yaml: the simulated Compose reads JSON documents only', { cause: error })
  }
}

/** A doubled dollar sign is how a document writes one that Compose takes literally. */
function literally(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('$$', () => '$') : value
}

function specOf(name: string, entry: z.infer<typeof service>, original: unknown): ServiceSpec {
  return {
    name,
    image: entry.image,
    containerName: entry.container_name ?? null,
    labels: entry.labels,
    restart: restartOf(entry.restart ?? 'no'),
    health: healthOf(entry.healthcheck),
    dependsOn: entry.depends_on,
    ports: entry.ports,
    replicas: entry.scale ?? entry.deploy?.replicas ?? 1,
    profiles: entry.profiles,
    configHash: hashOf(original),
  }
}

/** A service's config hash as Compose v2 forms it in principle: what doesn't change a container doesn't count. */
function hashOf(original: unknown): string {
  const uncounted = new Set(['build', 'depends_on', 'profiles', 'pull_policy', 'scale'])
  const counted = Object.entries(z.record(z.string(), z.unknown()).parse(original)).filter(
    ([key]) => !uncounted.has(key),
  )
  return createHash('sha256')
    .update(canonicalize(Object.fromEntries(counted)) ?? '')
    .digest('hex')
}

function restartOf(written: string): RestartPolicy {
  const [name, retries] = written.split(':')
  if (name === 'on-failure')
    return { name, retries: retries === undefined ? Number.POSITIVE_INFINITY : Number(retries) }
  if (name === 'always' || name === 'unless-stopped' || name === 'no') return { name }
  throw new DocumentRefused(`invalid restart policy: ${written}`)
}

function healthOf(check: z.infer<typeof healthcheck> | undefined): ServiceSpec['health'] {
  if (check?.test === undefined || check.disable === true) return null
  if (check.test === 'NONE' || check.test[0] === 'NONE') return null
  return { interval: milliseconds(check.interval ?? '30s'), retries: check.retries ?? 3 }
}

const units: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 0.001,
  ns: 0.000_001,
}

/** A duration as Compose writes it, such as `1m30s`. */
function milliseconds(duration: string): number {
  const found = [...duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|us|ns|m|s)/g)]
  if (found.length === 0) throw new DocumentRefused(`invalid duration "${duration}"`)
  return found.reduce((sum, [, amount = '0', unit = 's']) => sum + Number(amount) * (units[unit] ?? 0), 0)
}

/** A port as `[address:][published:]target[/protocol]`. */
function shortPort(written: string): PublishedPort {
  const [address = '', protocol = 'tcp'] = written.split('/')
  const parts = address.replace(/^\[[^\]]*\]:/, '').split(':')
  return portOf(parts.at(-1) ?? '', parts.at(-2), protocol)
}

function portOf(target: string, published: string | undefined, protocol: string): PublishedPort {
  const number = Number(published)
  return {
    target: `${target}/${protocol}`,
    published: Number.isInteger(number) && number > 0 ? number : null,
  }
}

function toRecord(written: Record<string, string | null> | string[]): Record<string, string> {
  const entries = Array.isArray(written)
    ? written.map((line) => {
        const [key = line, ...rest] = line.split('=')
        return [key, rest.join('=')] as const
      })
    : Object.entries(written).map(([key, value]) => [key, value ?? ''] as const)
  return Object.fromEntries(entries)
}

/** Services with those that they depend on before them. */
function inOrder(services: readonly ServiceSpec[]): ServiceSpec[] {
  const done: ServiceSpec[] = []
  const place = (spec: ServiceSpec, path: readonly string[]): void => {
    if (done.includes(spec)) return
    if (path.includes(spec.name))
      throw new DocumentRefused(`dependency cycle detected: ${[...path, spec.name].join(' -> ')}`)
    for (const [name] of spec.dependsOn) {
      const needed = services.find((each) => each.name === name)
      if (needed === undefined)
        throw new DocumentRefused(`service "${spec.name}" depends on undefined service "${name}"`)
      place(needed, [...path, spec.name])
    }
    done.push(spec)
  }
  for (const spec of services) place(spec, [])
  return done
}

function externals(parsed: z.infer<typeof document>): DocumentSpec['external'] {
  const of = (kind: 'network' | 'volume', all: typeof parsed.networks) =>
    Object.entries(all)
      .filter(([, entry]) => entry?.external === true)
      .map(([name, entry]) => ({ kind, name: entry?.name ?? name }))
  return [...of('network', parsed.networks), ...of('volume', parsed.volumes)]
}
