import { z } from 'zod'
import { approvalRule } from './access.ts'
import { changes, reads } from './procedure.ts'
import { startRule, variableDeclaration, verification } from './services.ts'
import { composePlace } from './targets.ts'
import { commandId, name, position, strategyName, ticketId, variableName } from './vocabulary.ts'

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
        /** Who has to approve, all of it together, for either runtime; left out, what the ledger has stays. */
        approvals: z.array(approvalRule).max(8).optional(),
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
        /** A team of the project; left out, what the ledger has stays. */
        team: name.optional(),
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
              start: startRule.default('by_hand'),
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
  noun: z.enum(['project', 'stage', 'policy', 'target', 'service', 'cd_config']),
  name: z.string(),
  action: z.enum(['create', 'change', 'unchanged']),
  fields: z.array(
    z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
  ),
})
export type ConfigChange = z.infer<typeof configChange>

export const configContract = {
  diff: reads('release:read', 'config diff')
    .input(z.object({ file: configFile, directory: z.string() }))
    .output(z.array(configChange)),
  apply: changes('pipeline:write', 'config apply')
    .input(z.object({ command_id: commandId, file: configFile, directory: z.string() }))
    .output(
      z.object({
        changes: z.array(configChange),
        /** What touches policy waits there for a second person; everything else is done. */
        tickets: z.array(ticketId),
        position,
      }),
    ),
}
