import { z } from 'zod'
import { reads } from './procedure.ts'
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

/**
 * When an approved release starts: when a person says so, as soon as it is approved, or at the next such time of day
 * after the approval (`HH:MM` in an IANA time zone). The rule that counts is the one at the time of asking.
 */
export const startRule = z.union([
  z.enum(['by_hand', 'on_approval']),
  z.strictObject({
    time: z.string().regex(/^([01][0-9]|2[0-3]):[0-5][0-9]$/),
    time_zone: z.string().regex(/^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/),
  }),
])
export type StartRule = z.infer<typeof startRule>

/** Strategy, verification and failure rule of one service on one target; a release may not loosen them. */
export const cdConfig = z.object({
  target_id: targetId,
  target: name,
  strategy: strategyName.default('rolling'),
  verification: verification,
  on_failure: z.enum(['stop', 'go_back']).default('stop'),
  start: startRule.default('by_hand'),
  retries: z.int().min(0).max(10).default(2),
  go_back_hours: z.int().min(0).max(720).default(24),
})
export type CdConfig = z.infer<typeof cdConfig>

export const service = z.object({
  id: serviceId,
  project_id: projectId,
  name,
  /** The team that works on it; a policy can ask for one of its people. */
  team: name.nullable(),
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
