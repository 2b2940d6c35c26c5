import { z } from 'zod'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import type { Ask } from '../ports/ledger.ts'
import type { Reads } from '../ports/reads.ts'

export type SubjectReads = Pick<Reads, 'release' | 'ticket' | 'projects' | 'identity'>

/** What a denial is recorded on. */
export type Subject = Omit<Ask, 'permission'>

const naming = z
  .looseObject({
    release: z.string().optional(),
    ticket: z.string().optional(),
    project: z.string().nullish(),
    file: z.looseObject({ project: z.string() }).optional(),
    change: z.looseObject({ project: z.string().nullish() }).optional(),
  })
  .catch({})

/** Null where the reader sees no such thing, or more than one: then the denial says nothing about it. */
async function seen<T>(found: Promise<T>): Promise<T | null> {
  try {
    return await found
  } catch (error) {
    const unseen = ['release_not_found', 'ticket_not_found', 'validation_error'] as const
    if (unseen.some((code) => isPilothouseError(error, code))) return null
    throw error
  }
}

async function releaseSubject(reads: SubjectReads, reference: string): Promise<Subject | null> {
  const release = await seen(reads.release(reference))
  if (release === null) return null
  const { id, project_id, runtime } = release
  return { resource_type: 'release', resource_id: id, project_id, runtime }
}

async function ticketSubject(reads: SubjectReads, reference: string): Promise<Subject | null> {
  const ticket = await seen(reads.ticket(reference))
  if (ticket === null) return null
  return { resource_type: 'ticket', resource_id: ticket.id, project_id: ticket.project_id, runtime: '*' }
}

/** The project that is named, or the only one that the reader sees; else the ledger as a whole. */
async function placeSubject(reads: SubjectReads, name: string | null | undefined): Promise<Subject> {
  const projects = await reads.projects()
  const named = projects.filter((project) => name === undefined || name === null || project.name === name)
  const [project] = named
  if (project !== undefined && named.length === 1) {
    return { resource_type: 'project', resource_id: project.id, project_id: project.id, runtime: '*' }
  }
  const { id } = await reads.identity()
  return { resource_type: 'ledger', resource_id: id, project_id: null, runtime: '*' }
}

/** What a procedure's parsed input is about, as far as the reader may see it. */
export async function subjectOf(reads: SubjectReads, input: unknown): Promise<Subject> {
  const { release, ticket, project, file, change } = naming.parse(input)
  const closer =
    release !== undefined
      ? await releaseSubject(reads, release)
      : ticket !== undefined
        ? await ticketSubject(reads, ticket)
        : null
  return closer ?? placeSubject(reads, project ?? file?.project ?? change?.project)
}
