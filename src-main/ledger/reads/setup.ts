import { z } from 'zod'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { service } from '../../../src-preload/contract/services.ts'
import { stage, target } from '../../../src-preload/contract/targets.ts'
import { name, projectId } from '../../../src-preload/contract/vocabulary.ts'
import type { Reads } from '../../ports/reads.ts'
import { readBodies, readRows } from './bodies.ts'
import type { ReadPool } from './bodies.ts'

/** What releases are made of: projects, stages, services and targets, each in its natural order. */
export function readSetup(pool: ReadPool): Pick<Reads, 'projects' | 'stages' | 'services' | 'targets'> {
  return {
    projects: () =>
      readBodies(
        pool,
        z.object({ id: projectId, name }),
        'SELECT body FROM pilothouse_read.projects ORDER BY name',
      ),
    async stages(project) {
      await requireProject(pool, project)
      return readBodies(
        pool,
        stage,
        'SELECT body FROM pilothouse_read.stages WHERE project = $1 ORDER BY rank, name',
        [project],
      )
    },
    async services(project) {
      await requireProject(pool, project)
      return readBodies(
        pool,
        service,
        `SELECT body FROM pilothouse_read.services WHERE $1::text IS NULL OR project = $1 ORDER BY project, name`,
        [project ?? null],
      )
    },
    async targets(project) {
      await requireProject(pool, project)
      return readBodies(
        pool,
        target,
        `SELECT body FROM pilothouse_read.targets WHERE $1::text IS NULL OR project = $1 ORDER BY project, name`,
        [project ?? null],
      )
    },
  }
}

/** Throws `not_found` for a project that the member can't see, or that isn't there: they look the same. */
export async function requireProject(pool: ReadPool, project: string | undefined): Promise<void> {
  await requireNames(pool, { project })
}

const nouns = ['project', 'service', 'target'] as const
type Noun = (typeof nouns)[number]

const existence: Record<Noun, string> = {
  project: 'SELECT 1 AS found FROM pilothouse_read.projects WHERE name = $1 LIMIT 1',
  service: 'SELECT 1 AS found FROM pilothouse_read.services WHERE name = $1 LIMIT 1',
  target: 'SELECT 1 AS found FROM pilothouse_read.targets WHERE name = $1 LIMIT 1',
}

/** Throws `not_found` naming the first of the given names that the member can't see. */
export async function requireNames(
  pool: ReadPool,
  names: Partial<Record<Noun, string | undefined>>,
): Promise<void> {
  for (const noun of nouns) {
    const wanted = names[noun]
    if (wanted === undefined) continue
    const found = await readRows(pool, z.object({ found: z.int() }), existence[noun], [wanted])
    if (found.length === 0) throw new PilothouseError('not_found', { noun, name: wanted })
  }
}
