import { randomBytes } from 'node:crypto'
import { say } from '../say.ts'
import type { ReportDefect } from './contractHandler.ts'

/** Where a server says what only its own terminal may show. */
export interface Told {
  /** A defect; the other side learns the incident's name and nothing else. */
  defect(incident: string, error: unknown): void
}

/** Gives each defect a name by which a person finds it in what the server printed. */
export function defectReporter(told: Told): ReportDefect {
  return (error) => {
    const incident = randomBytes(4).toString('hex')
    told.defect(incident, error)
    return say('say.serve_incident', { incident })
  }
}
