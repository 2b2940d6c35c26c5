import { z } from 'zod'
import { reads } from './procedure.ts'
import { instant, login, memberId, name, permission, personId, projectId } from './vocabulary.ts'

/** A login of a person; self-approval is judged by person. */
export const member = z.object({
  id: memberId,
  login,
  kind: z.enum(['human', 'agent', 'service']),
  person: z.object({ id: personId, name: z.string() }),
  active: z.boolean(),
  /** The public age key to which target keys are wrapped; none until this member's first connection. */
  recipient: z.string().nullable(),
  roles: z.array(z.object({ role: z.string(), project: name.nullable(), until: instant.nullable() })),
  created_at: instant,
})
export type Member = z.infer<typeof member>

export const grant = z.object({
  permission,
  runtime: z.enum(['k8s', 'compose', '*']),
  project_id: projectId.nullable(),
})
export type Grant = z.infer<typeof grant>

export const memberContract = {
  list: reads(null, 'member list')
    .input(z.object({ project: name.optional() }))
    .output(z.array(member)),
  me: reads(null, 'member me')
    .input(z.object({}))
    .output(
      z.object({
        member,
        grants: z.array(grant),
        ledger: z.object({
          id: z.uuid(),
          embedded: z.boolean(),
          schema_version: z.string(),
          solo: z.boolean(),
        }),
      }),
    ),
}

/** Role templates that every ledger starts with. */
export const roleTemplates = {
  viewer: ['release:read', 'environment:read', 'cluster:read', 'pipeline:read'],
  'operator-k8s': ['release:read', 'release:preview', 'release:apply', 'release:rollback', 'pipeline:read'],
  'operator-compose': [
    'release:read',
    'release:preview',
    'release:apply',
    'release:rollback',
    'pipeline:read',
  ],
  approver: ['release:read', 'release:approve', 'pipeline:read'],
  'release-manager': [
    'release:read',
    'release:preview',
    'release:apply',
    'release:rollback',
    'release:approve',
    'pipeline:read',
    'pipeline:write',
    'pipeline:trigger',
  ],
  installer: ['environment:read', 'environment:install', 'cluster:read', 'cluster:import'],
  auditor: ['release:read', 'environment:read', 'cluster:read', 'pipeline:read', 'access:read', 'audit:read'],
  admin: [
    'release:read',
    'environment:read',
    'environment:install',
    'cluster:read',
    'cluster:import',
    'cluster:rotate',
    'pipeline:read',
    'pipeline:write',
    'pipeline:trigger',
    'access:read',
    'access:write',
    'audit:read',
  ],
  agent: ['release:read', 'release:preview', 'pipeline:read'],
  'incident-responder': ['release:read', 'release:break_glass'],
} as const satisfies Record<string, readonly z.infer<typeof permission>[]>
export type RoleTemplate = keyof typeof roleTemplates
/** The runtime that a template's permissions are limited to; `*` unless its name says otherwise. */
export const roleRuntimes: Record<RoleTemplate, 'k8s' | 'compose' | '*'> = {
  viewer: '*',
  'operator-k8s': 'k8s',
  'operator-compose': 'compose',
  approver: '*',
  'release-manager': '*',
  installer: '*',
  auditor: '*',
  admin: '*',
  agent: '*',
  'incident-responder': '*',
}
