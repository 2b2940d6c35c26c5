import { z } from 'zod'
import { reads } from './procedure.ts'
import { digest, instant, jsonObject, name, projectId, runtime, stageId, targetId } from './vocabulary.ts'

/** A rank of a project: dev, staging, production…; a place is a target. */
export const stage = z.object({
  id: stageId,
  project_id: projectId,
  name,
  rank: z.int(),
  production: z.boolean(),
  preview_ttl_minutes: z.int().min(1).max(1440),
  approval_window_hours: z.int().min(1).max(168),
})
export type Stage = z.infer<typeof stage>

/** An OpenSSH fingerprint, `SHA256:` and 43 characters of base64. */
export const hostKeyFingerprint = z.string().regex(/^SHA256:[A-Za-z0-9+/]{43}$/)

/** Where Docker runs: another host over SSH with its pinned key, or the Engine of this machine by its id. */
export const composeHost = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('ssh'),
    address: z.string().regex(/^[A-Za-z0-9:][A-Za-z0-9.:-]{0,252}$/),
    port: z.int().min(1).max(65535).default(22),
    user: z.string().regex(/^[a-z_][a-z0-9_.-]{0,31}$/),
    host_key: hostKeyFingerprint,
  }),
  z.object({ kind: z.literal('local'), engine_id: z.string().min(1).max(128) }),
])
export type ComposeHost = z.infer<typeof composeHost>

/** What a target may allow by name; everything else of the kind is `compose_unsafe`. */
export const composeAllowance = z.enum([
  'privileged',
  'host_namespaces',
  'bind_root',
  'docker_socket',
  'devices',
])
export type ComposeAllowance = z.infer<typeof composeAllowance>

/** A Compose project's name, as Docker accepts it. */
export const composeProject = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/)

export const composePlace = z.object({
  host: composeHost,
  project: composeProject,
  allow: z.array(composeAllowance),
})
export type ComposePlace = z.infer<typeof composePlace>

export const target = z.object({
  id: targetId,
  project_id: projectId,
  name,
  stage: z.object({ id: stageId, name, production: z.boolean() }),
  runtime: runtime,
  place: composePlace,
  /** SHA-256 over the canonical form of what identifies the place (host key or engine id, and project). */
  identity: digest,
  fence: z.int(),
  last_applied: z.object({ release: z.string(), document_digest: digest, at: instant }).nullable(),
  locked_by: z.string().nullable(),
  revision: z.int(),
})
export type Target = z.infer<typeof target>

/** What a look at a target found: runtime-specific, shown and never hidden. */
export const observation = z.object({
  target: name,
  live_base: jsonObject,
  live_base_digest: digest,
  fence: z.int(),
  checks: z.array(
    z.object({ key: z.string(), severity: z.enum(['info', 'warning', 'error']), params: jsonObject }),
  ),
  detail: jsonObject,
  drifted: z.boolean(),
})
export type Observation = z.infer<typeof observation>

export const targetContract = {
  list: reads('release:read', 'target list')
    .input(z.object({ project: name.optional() }))
    .output(z.array(target)),
  get: reads('release:read', 'target show')
    .input(z.object({ target: name, project: name.optional() }))
    .output(target),
  observe: reads('release:preview', 'target observe')
    .input(z.object({ target: name, project: name.optional() }))
    .output(observation),
}
