import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'

export const containerStatus = z.enum([
  'created',
  'running',
  'restarting',
  'paused',
  'exited',
  'dead',
  'removing',
])
export type ContainerStatus = z.infer<typeof containerStatus>

export const containerHealth = z.object({
  status: z.enum(['none', 'starting', 'healthy', 'unhealthy']),
  failing_streak: z.int(),
  log: z.array(z.object({ exit_code: z.int(), output: z.string() })),
})
export type ContainerHealth = z.infer<typeof containerHealth>

/** One container of a Compose project as the host showed it, without its environment. */
export const containerRecord = z.object({
  id: z.string().min(1),
  /** Without Docker's leading slash. */
  name: z.string(),
  /** The reference it was created from. */
  image: z.string(),
  image_id: z.string(),
  service: z.string(),
  project: z.string(),
  config_hash: z.string(),
  config_files: z.string(),
  working_dir: z.string(),
  /** Made by `compose run`: not part of what `up` keeps. */
  oneoff: z.boolean(),
  /** The version of the Compose that made it, as it labels itself; empty where it doesn't. */
  compose_version: z.string(),
  state: z
    .object({
      status: containerStatus,
      exit_code: z.int(),
      error: z.string(),
      oom_killed: z.boolean(),
      started_at: z.string(),
      finished_at: z.string(),
      health: containerHealth.nullable(),
    })
    .nullable(),
  restart_count: z.int(),
})
export type ContainerRecord = z.infer<typeof containerRecord>

const dockerHealth = z.object({
  Status: z.string().default('none'),
  FailingStreak: z.int().default(0),
  Log: z
    .array(z.object({ ExitCode: z.int(), Output: z.string() }))
    .nullish()
    .transform((log) => log ?? []),
})
const dockerState = z.object({
  Status: z.string(),
  ExitCode: z.int().default(0),
  Error: z.string().default(''),
  OOMKilled: z.boolean().default(false),
  StartedAt: z.string().default(''),
  FinishedAt: z.string().default(''),
  Health: dockerHealth.nullish(),
})
const dockerInspect = z.object({
  Id: z.string(),
  Name: z.string(),
  Config: z.object({ Image: z.string(), Labels: z.record(z.string(), z.string()).nullish() }),
  Image: z.string(),
  State: dockerState.nullish(),
  RestartCount: z.int().default(0),
})
type DockerInspect = z.infer<typeof dockerInspect>
type DockerState = z.infer<typeof dockerState>

/**
 * Reads one line `{"Id","Name","Config":{"Image","Labels"},"Image","State","RestartCount"}` as Docker prints it
 * (`docker inspect`, each part through `json`); keys beyond these are dropped. Throws `internal_error` with
 * `{what, problem}` where the line is something else: that is a host that speaks another language.
 */
export function parseContainer(dockerInspectSubsetLine: string): ContainerRecord {
  const inspected = dockerInspect.safeParse(fromJson(dockerInspectSubsetLine))
  if (!inspected.success) throw notUnderstood(z.prettifyError(inspected.error), inspected.error)
  const record = containerRecord.safeParse(translate(inspected.data))
  if (!record.success) throw notUnderstood(z.prettifyError(record.error), record.error)
  return record.data
}

function fromJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    throw notUnderstood('not JSON', error)
  }
}

function notUnderstood(problem: string, cause: unknown): PilothouseError {
  return new PilothouseError('internal_error', { what: 'container', problem }, { cause })
}

function translate(docker: DockerInspect): unknown {
  const labels = new Map(Object.entries(docker.Config.Labels ?? {}))
  const label = (name: string): string => labels.get(`com.docker.compose.${name}`) ?? ''
  return {
    id: docker.Id,
    name: docker.Name.replace(/^\//, ''),
    image: docker.Config.Image,
    image_id: docker.Image,
    service: label('service'),
    project: label('project'),
    config_hash: label('config-hash'),
    config_files: label('project.config_files'),
    working_dir: label('project.working_dir'),
    oneoff: label('oneoff').toLowerCase() === 'true',
    compose_version: label('version'),
    state: docker.State ? translateState(docker.State) : null,
    restart_count: docker.RestartCount,
  }
}

function translateState(state: DockerState): unknown {
  const health = state.Health
  return {
    status: state.Status,
    exit_code: state.ExitCode,
    error: state.Error,
    oom_killed: state.OOMKilled,
    started_at: state.StartedAt,
    finished_at: state.FinishedAt,
    health: health
      ? {
          status: health.Status === '' ? 'none' : health.Status,
          failing_streak: health.FailingStreak,
          log: health.Log.map((entry) => ({ exit_code: entry.ExitCode, output: entry.Output })),
        }
      : null,
  }
}
