import type { FilteredAdapter, Model } from 'casbin'
import type { PolicyRow, Reads } from '../ports/reads.ts'
import { anyProject } from './rules.ts'

/**
 * Casbin's way to the ledger's policy. It only ever loads the lines of the member who reads: with everybody's, each
 * decision would go through thousands. Policy changes in the ledger, so that writing through Casbin is a bug.
 */
export class PolicyAdapter implements FilteredAdapter {
  readonly #reads: Pick<Reads, 'policyRows'>
  /** What was loaded last. */
  rows: readonly PolicyRow[] = []

  constructor(reads: Pick<Reads, 'policyRows'>) {
    this.#reads = reads
  }

  isFiltered(): boolean {
    return true
  }

  async loadFilteredPolicy(model: Model): Promise<void> {
    this.rows = await this.#reads.policyRows()
    for (const row of this.rows) model.addPolicy('p', 'p', policyLine(row))
  }

  loadPolicy(model: Model): Promise<void> {
    return this.loadFilteredPolicy(model)
  }

  async savePolicy(): Promise<boolean> {
    throw readOnly()
  }

  async addPolicy(): Promise<void> {
    throw readOnly()
  }

  async removePolicy(): Promise<void> {
    throw readOnly()
  }

  async removeFilteredPolicy(): Promise<void> {
    throw readOnly()
  }
}

function readOnly(): TypeError {
  return new TypeError('policy is changed in the ledger')
}

/** In the order of the model's policy definition; Casbin's fields are text. */
function policyLine({ project_id, permission, runtime, until }: PolicyRow): string[] {
  return [project_id ?? anyProject, permission, runtime, until === null ? '' : String(until)]
}
