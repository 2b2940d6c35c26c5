import type { Buffer } from 'node:buffer'
import type { Job } from './job.ts'

/** What `pilothouse-host` keeps in a project's folder. */
export interface Project {
  readonly name: string
  /** Content by the digest it was stored under. */
  readonly files: Map<string, Buffer>
  /** Oldest first. */
  readonly jobs: Map<string, Job>
  fence: { readonly ledger: string; readonly number: number } | null
  /** Document and image list of the last `up`, and of the one before. */
  current: readonly string[]
  previous: readonly string[]
}

/** The projects of a simulated host, made when they are first spoken of. */
export class Projects {
  readonly #projects = new Map<string, Project>()

  /** The project of this name. */
  enter(name: string): Project {
    const known = this.#projects.get(name)
    if (known !== undefined) return known
    const made: Project = {
      name,
      files: new Map(),
      jobs: new Map(),
      fence: null,
      current: [],
      previous: [],
    }
    this.#projects.set(name, made)
    return made
  }

  /** All projects. */
  list(): Project[] {
    return [...this.#projects.values()]
  }
}

/** The job that holds the project's lock, if one does. */
export function holder(project: Project): Job | undefined {
  return [...project.jobs.values()].find(({ exitCode }) => exitCode === null)
}
