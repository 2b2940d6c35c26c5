import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { ComposeAllowance, Target } from '../../../src-preload/contract/targets.ts'
import { target } from '../../../src-preload/contract/targets.ts'
import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import type { Live, Rendered, RenderRequest } from '../../../src-main/ports/runtime.ts'
import { parseContainer } from '../../../src-main/runtimes/compose/container.ts'
import type { ContainerRecord } from '../../../src-main/runtimes/compose/container.ts'
import { readDocument, writeDocument } from '../../../src-main/runtimes/compose/document.ts'
import type { ComposeDocument } from '../../../src-main/runtimes/compose/document.ts'
import { renderDirectory } from '../../../src-main/runtimes/compose/render.ts'

/** A target named web-staging on a host over SSH, project `shop`. */
export function targetWith(allow: readonly ComposeAllowance[] = []): Target {
  return target.parse({
    id: '00000000-0000-4000-8000-000000000001',
    project_id: '00000000-0000-4000-8000-000000000002',
    name: 'web-staging',
    stage: { id: '00000000-0000-4000-8000-000000000003', name: 'staging', production: false },
    runtime: 'compose',
    place: {
      host: { kind: 'ssh', address: 'web1.test', user: 'deploy', host_key: `SHA256:${'a'.repeat(43)}` },
      project: 'shop',
      allow: [...allow],
    },
    identity: `sha256:${'0'.repeat(64)}`,
    fence: 0,
    last_applied: null,
    locked_by: null,
    revision: 1,
  })
}

/** The token of a sealed variable, made from one repeated hex digit. */
export function token(name: string, hex = 'a'): string {
  return `pilothouse-sealed:${name}:${hex.repeat(64)}`
}

export type SourceFiles = Readonly<Record<string, string>>
export type Asked = Partial<Pick<RenderRequest, 'variables' | 'sealed' | 'target'>>

/** Renders files written to a directory of their own, which is removed again. */
export async function renderFiles(
  files: SourceFiles,
  asked: Asked = {},
  file = 'compose.yaml',
): Promise<Rendered> {
  const directory = await mkdtemp(path.join(tmpdir(), 'compose-source-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(path.dirname(path.join(directory, name)), { recursive: true })
      await writeFile(path.join(directory, name), text)
    }
    return await renderDirectory({
      source: { kind: 'directory', path: directory, file },
      target: asked.target ?? targetWith(),
      variables: asked.variables ?? {},
      sealed: asked.sealed ?? {},
    })
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Renders one Compose file and reads the document. */
export async function renderText(text: string, asked: Asked = {}): Promise<ComposeDocument> {
  return readDocument((await renderFiles({ 'compose.yaml': text }, asked)).bytes)
}

/** The expected failure of something that has to fail. */
export async function failureOf(work: () => unknown): Promise<PilothouseError> {
  try {
    await work()
  } catch (error) {
    if (error instanceof PilothouseError) return error
    throw error
  }
  throw new TypeError('it was expected to fail and did not')
}

/** A document of services, with further sections. */
export function documentOf(
  services: Readonly<Record<string, JsonObject>>,
  more: JsonObject = {},
): ComposeDocument {
  return readDocument(bytesOf(services, more))
}

/** The same as bytes. */
export function bytesOf(services: Readonly<Record<string, JsonObject>>, more: JsonObject = {}): Uint8Array {
  return writeDocument({ ...more, services })
}

/** Bytes of any JSON text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

interface ContainerFacts {
  readonly id?: string
  readonly name?: string
  readonly image?: string
  readonly imageId?: string
  readonly hash?: string
  readonly labels?: Readonly<Record<string, string>>
  readonly state?: Readonly<Record<string, Json>> | null
  readonly restarts?: number
}

/** A line about a container, as Docker prints it; running and without a healthcheck unless told otherwise. */
export function inspectLine(service: string, facts: ContainerFacts = {}): string {
  const name = facts.name ?? `shop-${service}-1`
  return JSON.stringify({
    Id: facts.id ?? `id-${name}`,
    Name: `/${name}`,
    Config: {
      Image: facts.image ?? `${service}:1.0`,
      Labels: {
        'com.docker.compose.service': service,
        'com.docker.compose.project': 'shop',
        'com.docker.compose.config-hash': facts.hash ?? `hash-${service}`,
        'com.docker.compose.project.config_files': '/srv/shop/compose.yaml',
        'com.docker.compose.project.working_dir': '/srv/shop',
        'com.docker.compose.oneoff': 'False',
        'com.docker.compose.version': '2.40.3',
        ...facts.labels,
      },
    },
    Image: facts.imageId ?? `sha256:image-${service}`,
    State:
      facts.state === null
        ? null
        : {
            Status: 'running',
            ExitCode: 0,
            Error: '',
            OOMKilled: false,
            StartedAt: '2026-01-02T03:04:05Z',
            FinishedAt: '0001-01-01T00:00:00Z',
            ...facts.state,
          },
    RestartCount: facts.restarts ?? 0,
  })
}

/** A container of a service, read from such a line. */
export function container(service: string, facts: ContainerFacts = {}): ContainerRecord {
  return parseContainer(inspectLine(service, facts))
}

/** A container that has ended. */
export function ended(service: string, exitCode: number, facts: ContainerFacts = {}): ContainerRecord {
  return container(service, { ...facts, state: { Status: 'exited', ExitCode: exitCode, ...facts.state } })
}

/** A running container with a healthcheck. */
export function checked(service: string, status: string, output = '', exitCode = 1): ContainerRecord {
  const Log = output === '' ? [] : [{ ExitCode: exitCode, Output: output }]
  return container(service, { state: { Health: { Status: status, FailingStreak: 3, Log } } })
}

/** What a look at a target found, empty unless told otherwise. */
export function liveWith(live: Partial<Live> = {}): Live {
  return { base: { services: {} }, fence: 0, images: [], checks: [], detail: {}, ...live }
}
