import { z } from 'zod'
import { reads } from './procedure.ts'
import { composeHost, composePlace } from './targets.ts'
import { name, projectId, runtime, serviceId, strategyName, targetId, variableName } from './vocabulary.ts'

/** What a service expects to be told at each release. A secret one is sealed and never stored in the clear. */
export const variableDeclaration = z
  .object({
    required: z.boolean().default(false),
    secret: z.boolean().default(false),
    default: z.string().max(4096).optional(),
  })
  .refine((declared) => !declared.secret || declared.default === undefined, {
    error: 'a secret has no default: it would stand in the clear',
    path: ['default'],
  })
export type VariableDeclaration = z.infer<typeof variableDeclaration>

/** Where the documents are rendered from, on the previewing desktop. */
export const serviceSource = z.object({
  kind: z.literal('directory'),
  path: z.string().min(1).max(4096),
  file: z.string().min(1).max(255).default('compose.yaml'),
})
export type ServiceSource = z.infer<typeof serviceSource>

export const httpCheck = z.object({
  url: z.url({ protocol: /^https?$/ }),
  status: z.int().min(100).max(599).default(200),
  contains: z.string().max(1024).optional(),
})

/** How a release is judged after its last step; times in seconds. */
export const verification = z.object({
  timeout_seconds: z.int().min(1).max(3600).default(60),
  window_seconds: z.int().min(0).max(600).default(5),
  max_restarts: z.int().min(0).max(100).default(0),
  http: httpCheck.optional(),
})
export type Verification = z.infer<typeof verification>

/** Strategy, verification and failure rule of one service on one target; a release may not loosen them. */
export const cdConfig = z.object({
  target_id: targetId,
  target: name,
  strategy: strategyName.default('rolling'),
  verification: verification,
  on_failure: z.enum(['stop', 'go_back']).default('stop'),
  start: z.enum(['by_hand']).default('by_hand'),
  retries: z.int().min(0).max(10).default(2),
  go_back_hours: z.int().min(0).max(720).default(24),
})
export type CdConfig = z.infer<typeof cdConfig>

export const service = z.object({
  id: serviceId,
  project_id: projectId,
  name,
  runtime: runtime,
  source: serviceSource,
  variables: z.record(variableName, variableDeclaration),
  releases_to: z.array(cdConfig),
  revision: z.int(),
})
export type Service = z.infer<typeof service>

export const serviceContract = {
  list: reads('release:read', 'service list')
    .input(z.object({ project: name.optional() }))
    .output(z.array(service)),
  get: reads('release:read', 'service show')
    .input(z.object({ service: name, project: name.optional() }))
    .output(service),
}

/**
 * `pilothouse.yaml`: a project's stages, targets and services in one versioned file. Paths are relative to the file.
 * A local host may leave its engine id to be read from the machine; an SSH host names its pinned key.
 */
export const configFile = z.strictObject({
  version: z.literal(1),
  project: name,
  stages: z
    .array(
      z.strictObject({
        name,
        production: z.boolean().optional(),
        preview_ttl_minutes: z.int().min(1).max(1440).default(30),
        approval_window_hours: z.int().min(1).max(168).default(8),
      }),
    )
    .min(1)
    .max(20),
  targets: z
    .array(
      z.strictObject({
        name,
        stage: name,
        runtime: z.literal('compose'),
        host: z.union([z.literal('local'), z.string().regex(/^ssh:\/\//)]),
        host_key: z.string().optional(),
        project: composePlace.shape.project,
        allow: composePlace.shape.allow.default([]),
      }),
    )
    .max(500),
  services: z
    .array(
      z.strictObject({
        name,
        runtime: z.literal('compose').default('compose'),
        source: z.strictObject({ directory: z.string(), file: z.string().default('compose.yaml') }),
        variables: z.record(variableName, variableDeclaration).default({}),
        releases_to: z
          .array(
            z.strictObject({
              target: name,
              strategy: strategyName.default('rolling'),
              verify: verification.optional(),
              on_failure: z.enum(['stop', 'go_back']).default('stop'),
              retries: z.int().min(0).max(10).default(2),
              go_back_hours: z.int().min(0).max(720).default(24),
            }),
          )
          .max(200),
      }),
    )
    .max(500),
})
export type ConfigFile = z.infer<typeof configFile>

/** What applying a file changes, an entry a noun, with old and new value of each field that differs. */
export const configChange = z.object({
  noun: z.enum(['project', 'stage', 'target', 'service', 'cd_config']),
  name: z.string(),
  action: z.enum(['create', 'change', 'unchanged']),
  fields: z.array(
    z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
})
export type ConfigChange = z.infer<typeof configChange>

export { composeHost }
