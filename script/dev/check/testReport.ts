import path from 'node:path'
import { z } from 'zod'

/** What a stage came to. */
export interface Outcome {
  passed: number
  /** Names of what failed. */
  failed: string[]
  skipped: { name: string; reason: string }[]
}

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ ancestorTitles: z.array(z.string()), title: z.string(), status: z.string() }),
      ),
    }),
  ),
})

type TestFile = z.infer<typeof report>['testResults'][number]

function outcomeOfFile(file: TestFile, name: string): Outcome {
  const outcome: Outcome = { passed: 0, failed: [], skipped: [] }
  for (const { ancestorTitles, title, status } of file.assertionResults) {
    const full = [name, ...ancestorTitles, title].join(' > ')
    const [, before, reason, after] = /^(.*?) \[skipped: (.*?)\](.*)$/.exec(full) ?? []
    if (status === 'passed') outcome.passed += 1
    else if (status === 'failed') outcome.failed.push(full)
    else if (reason === undefined) outcome.failed.push(`${full} (left out without a reason)`)
    else outcome.skipped.push({ name: `${before}${after}`, reason })
  }
  // A file that can't be loaded, or whose hooks fail, fails without a test of it failing.
  if (file.status === 'failed' && outcome.failed.length === 0)
    outcome.failed.push(`${name} (the file itself)`)
  return outcome
}

/**
 * Reads what vitest's JSON reporter wrote. A run without a single test, or one that ends badly although all
 * tests passed (an unhandled rejection, say), has failed.
 *
 * @param json the report, undefined if there is none
 * @param exitCode of vitest, null if a signal ended it
 * @param root absolute path; names of files are told from there
 * @throws SyntaxError, ZodError for something that is no report
 */
export function readTestReport(json: string | undefined, exitCode: number | null, root: string): Outcome {
  const files = json === undefined ? [] : report.parse(JSON.parse(json)).testResults
  const outcomes = files.map((file) => outcomeOfFile(file, path.relative(root, file.name)))
  const total: Outcome = {
    passed: outcomes.reduce((sum, { passed }) => sum + passed, 0),
    failed: outcomes.flatMap(({ failed }) => failed),
    skipped: outcomes.flatMap(({ skipped }) => skipped),
  }
  if (total.failed.length > 0) return total
  if (total.passed + total.skipped.length === 0) return { ...total, failed: ['no test was run'] }
  if (exitCode === 0) return total
  return {
    ...total,
    failed: [`vitest itself, with exit code ${exitCode ?? 'none (a signal)'}: an error outside of any test`],
  }
}
