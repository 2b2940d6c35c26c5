import type { Outcome } from './testReport.ts'

/** A stage's outcome with its name and how long it took, in milliseconds. */
export interface StageResult extends Outcome {
  stage: string
  durationMs: number
}

function counts({ passed, failed, skipped }: { passed: number; failed: number; skipped: number }): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

function line({ stage, passed, failed, skipped, durationMs }: StageResult): string {
  const numbers = counts({ passed, failed: failed.length, skipped: skipped.length })
  return `  ${stage.padEnd(14)}${numbers.padEnd(40)}${(durationMs / 1000).toFixed(1)} s`
}

/**
 * The text that ends a run: a line a stage, what failed, what was skipped and why. Its last line is
 * `N passed, N failed, N skipped`, and nothing follows it.
 */
export function summarize(results: readonly StageResult[]): string {
  const failed = results.flatMap((result) => result.failed.map((name) => `  ${result.stage}: ${name}`))
  const skipped = results.flatMap((result) =>
    result.skipped.map(({ name, reason }) => `  ${result.stage}: ${name}\n      because ${reason}`),
  )
  const passed = results.reduce((sum, result) => sum + result.passed, 0)
  return [
    '',
    'Summary',
    ...results.map(line),
    ...(failed.length > 0 ? ['', `FAILED (${failed.length})`, ...failed] : []),
    ...(skipped.length > 0
      ? ['', `SKIPPED (${skipped.length}): not checked on this machine`, ...skipped]
      : []),
    '',
    counts({ passed, failed: failed.length, skipped: skipped.length }),
    '',
  ].join('\n')
}
