import { z } from 'zod'
import {
  exitCodes,
  parseFacts,
  parseFollow,
  parseHealth,
  parseImages,
} from '../../src-main/runtimes/compose/protocol.ts'
import type { HostRequest, JobRequest } from '../../src-main/runtimes/compose/protocol.ts'
import { behaviourLabel } from '../../src-main/simulator/behaviour.ts'
import { install, sha256, toTheEnd, until } from './visitor.ts'
import type { Ask, Said, Visitor } from './visitor.ts'

/** What the sequence needs of a host: an image with a web server on 8080 that is there, and a free port. */
export interface Ground {
  readonly image: string
  readonly absentImage: string
  readonly port: number
  readonly closedPort: number
  readonly project: string
  readonly script: string
}

type Shapes = Record<string, unknown>
const ledger = 'ledger-a'
const anyObject = z.record(z.string(), z.unknown())

/** The keys of a value and of what is in it; of a list only its first entry, of a leaf its type. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? [] : [shapeOf(value[0])]
  const object = anyObject.safeParse(value)
  if (!object.success) return typeof value
  return Object.fromEntries(
    Object.entries(object.data)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([key, inner]) => [key, shapeOf(inner)]),
  )
}

/** Refusals whose last line a program reads; the words of the others are for people and may differ. */
const readByPrograms: readonly (number | null)[] = [
  exitCodes.file_absent,
  exitCodes.fence_lower,
  exitCodes.other_ledger,
  exitCodes.busy,
]

function exact({ code, stdout, stderr }: Said): unknown {
  const last = stderr.trim().split('\n').at(-1) ?? ''
  const reason = readByPrograms.includes(code) ? last : last === '' ? 'says nothing' : 'says why'
  return { code, stdout: stdout.toString(), ...(code === 0 ? {} : { reason }) }
}

/**
 * Asks a host for every verb, the refusals included, and gives what has to be the same on any host: exit codes, the
 * words of the protocol, and the keys of what Docker tells.
 */
export async function shapesOf(visitor: Visitor, ground: Ground): Promise<Shapes> {
  const first = await install(visitor, ground.script)
  const again = await install(visitor, ground.script)
  const { ask } = first
  return {
    bootstrap: first.path === again.path,
    ...(await looking(ask, ground)),
    ...(await keeping(ask, ground)),
    ...(await working(ask, ground)),
    ...(await running(ask, ground)),
    ...(await refusals(ask, ground)),
    ...(await holding(ask, ground)),
    gc: exact(await ask({ verb: 'gc', project: ground.project })),
  }
}

async function looking(ask: Ask, { image, absentImage, project, closedPort }: Ground): Promise<Shapes> {
  const facts = parseFacts((await ask({ verb: 'facts' })).stdout.toString())
  const images = parseImages(
    (await ask({ verb: 'images', references: [image, absentImage] })).stdout.toString(),
  )
  const url = `http://127.0.0.1:${closedPort}/`
  const closed = parseHealth((await ask({ verb: 'health', url, timeout: 2 })).stdout.toString())
  return {
    facts: Object.keys(facts).toSorted(),
    docker: facts.docker,
    images: images.map(({ reference, image_id }) => ({
      reference,
      id: image_id?.replace(/[0-9a-f]{64}/, '…'),
    })),
    'health of a closed port': closed.status,
    'ps of nothing': exact(await ask({ verb: 'ps', project })),
  }
}

async function keeping(ask: Ask, { project }: Ground): Promise<Shapes> {
  const digest = sha256('kept')
  const put = async (check: boolean, stdin?: string) =>
    exact(await ask({ verb: 'put', project, digest, check }, stdin))
  const claim = async (by: string, fence: number) =>
    exact(await ask({ verb: 'fence', project, claim: { ledger: by, fence } }))
  return {
    'put absent': await put(true),
    'put damaged': await put(false, `${sha256('other')}\nkept`),
    'put without a digest': await put(false, 'kept'),
    put: await put(false, `${digest}\nkept`),
    'put present': await put(true),
    'fence of nobody': exact(await ask({ verb: 'fence', project, claim: null })),
    claim: await claim(ledger, 5),
    'claim again': await claim(ledger, 5),
    'claim lower': await claim(ledger, 4),
    'claim by another': await claim('ledger-b', 9),
    'fence held': exact(await ask({ verb: 'fence', project, claim: null })),
  }
}

async function stored(ask: Ask, project: string, content: string): Promise<string> {
  const digest = sha256(content)
  await ask({ verb: 'put', project, digest, check: false }, `${digest}\n${content}`)
  return digest
}

async function working(ask: Ask, ground: Ground): Promise<Shapes> {
  const { project, image, absentImage } = ground
  const document = await stored(ask, project, documentOf(ground))
  const broken = await stored(
    ask,
    project,
    JSON.stringify({ services: { web: { image, depends_on: ['none'] } } }),
  )
  const images = await stored(ask, project, `${image}=\n`)
  const absent = await stored(ask, project, `${absentImage}=\n`)
  const other = await stored(ask, project, `${image}=sha256:${'0'.repeat(64)}\n`)
  const held = { project, ledger, fence: 5 }
  const config = { verb: 'config', ...held, job: 'config', document } as const
  return {
    config: await worked(ask, config),
    'config again': exact(await ask(config)),
    'config as something else': exact(await ask({ ...config, document: broken })),
    'config of a broken document': await worked(ask, { ...config, job: 'config-broken', document: broken }),
    pull: await worked(ask, { verb: 'pull', ...held, job: 'pull', images }, true),
    'pull of an absent image': await worked(ask, {
      verb: 'pull',
      ...held,
      job: 'pull-absent',
      images: absent,
    }),
    'up with another image': await worked(ask, {
      verb: 'up',
      ...held,
      job: 'up-other',
      document,
      images: other,
    }),
    up: await worked(ask, { verb: 'up', ...held, job: 'up', document, images }),
    'up of what is up': await worked(ask, { verb: 'up', ...held, job: 'up-again', document, images }),
  }
}

async function worked(ask: Ask, request: JobRequest, withLog = false): Promise<unknown> {
  const start = exact(await ask(request))
  const { code, log } = await toTheEnd(ask, request.job, request.project)
  return { start, code, ...(withLog ? { log } : {}) }
}

function documentOf({ image, port }: Ground): string {
  const healthcheck = { test: ['CMD', 'true'], interval: '1s', retries: 2 }
  const web = { image, healthcheck, ports: [`${port}:8080`], restart: 'unless-stopped' }
  return JSON.stringify({ services: { web } })
}

async function running(ask: Ask, { project, port }: Ground): Promise<Shapes> {
  const containers = async () => {
    const lines = (await ask({ verb: 'ps', project })).stdout.toString().split('\n').filter(Boolean)
    return lines.map((line) => anyObject.parse(JSON.parse(line)))
  }
  const healthy = z.looseObject({
    State: z.looseObject({ Health: z.looseObject({ Status: z.literal('healthy') }) }),
  })
  const found = await until(
    containers,
    (all) => all.length > 0 && all.every((each) => healthy.safeParse(each).success),
  )
  const container = z
    .looseObject({ Id: z.string(), Config: z.looseObject({ Labels: anyObject }) })
    .parse(found[0])
  const { Labels, ...config } = container.Config
  const labels = ['project', 'service', 'config-hash', 'container-number', 'oneoff', 'version']
  const places = ['project.working_dir', 'project.config_files']
  const url = `http://127.0.0.1:${port}/`
  const answer = parseHealth((await ask({ verb: 'health', url, timeout: 5 })).stdout.toString())
  const logs = await ask({ verb: 'logs', container: container.Id, lines: 5 })
  const nobody = await ask({ verb: 'logs', container: '0'.repeat(64), lines: 5 })
  return {
    ps: found.length,
    container: shapeOf({ ...container, Config: config }),
    labels: [...labels, ...places].map((name) => typeof Labels[`com.docker.compose.${name}`]),
    health: answer.status,
    logs: logs.code,
    'logs of nobody': nobody.code,
  }
}

async function refusals(ask: Ask, { project }: Ground): Promise<Shapes> {
  const images = sha256('kept')
  const pull = { verb: 'pull', project, job: 'refused', ledger, fence: 5, images } as const
  const refused: Record<string, HostRequest> = {
    'a stale fence': { ...pull, fence: 4 },
    'another ledger': { ...pull, ledger: 'ledger-b', fence: 9 },
    'an absent file': { ...pull, images: sha256('absent') },
    'follow of nothing': { verb: 'follow', project, job: 'none', offset: 0, wait: 0 },
    'follow from further on': { verb: 'follow', project, job: 'none', offset: 7, wait: 0 },
    'stop of nothing': { verb: 'stop', project, job: 'none' },
    'stop of what ended': { verb: 'stop', project, job: 'pull' },
  }
  const answers: Shapes = {}
  for (const [what, request] of Object.entries(refused)) answers[what] = exact(await ask(request))
  const beyond = await ask({ verb: 'follow', project, job: 'pull', offset: 100_000, wait: 1 })
  return { ...answers, 'follow beyond the end': { ...parseFollow(beyond.stdout), log: 'left out' } }
}

/** Brings up what waits for a service that is never healthy: a job that holds the target until it is stopped. */
async function holding(ask: Ask, { project, image }: Ground): Promise<Shapes> {
  const sick = {
    image,
    healthcheck: { test: ['CMD', 'false'], interval: '1s', retries: 60 },
    labels: { [behaviourLabel]: 'failing-health' },
  }
  const waiting = { image, depends_on: { sick: { condition: 'service_healthy' } } }
  const document = await stored(ask, project, JSON.stringify({ services: { sick, waiting } }))
  const images = await stored(ask, project, `${image}=\n`)
  const up = { verb: 'up', project, ledger, fence: 6, job: 'holding', document, images } as const
  const stop = { verb: 'stop', project, job: 'holding' } as const
  return {
    'up that waits': exact(await ask(up)),
    'fence while it waits': exact(await ask({ verb: 'fence', project, claim: null })),
    'another job': exact(await ask({ ...up, job: 'another', fence: 7 })),
    'gc while it waits': exact(await ask({ verb: 'gc', project })),
    stop: exact(await ask(stop)),
    'code of what was stopped': (await toTheEnd(ask, 'holding', project)).code,
    'stop again': exact(await ask(stop)),
    'fence after it': exact(await ask({ verb: 'fence', project, claim: null })),
  }
}
