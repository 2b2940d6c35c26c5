import { describe, expect, test } from 'vitest'
import { chooseStages } from '../../script/dev/check/stages.ts'
import { summarize } from '../../script/dev/check/summary.ts'
import { readTestReport } from '../../script/dev/check/testReport.ts'

interface Assertion {
  titles: string[]
  status: string
}

function report(file: string, assertions: Assertion[], status = 'passed'): string {
  const assertionResults = assertions.map(({ titles, status: each }) => ({
    ancestorTitles: titles.slice(0, -1),
    title: titles.at(-1) ?? '',
    status: each,
  }))
  return JSON.stringify({ testResults: [{ name: `/repo/test/${file}`, status, assertionResults }] })
}

describe('the stages of npm test', () => {
  test('run in their order, whatever order is asked for', () => {
    const names = (...wanted: string[]): unknown => {
      const choice = chooseStages(wanted)
      return 'unknown' in choice ? choice : choice.chosen.map(({ name }) => name)
    }
    expect(names()).toEqual(['typecheck', 'lint', 'architecture', 'window', 'unit', 'journey', 'demo'])
    expect(names('unit', 'lint')).toEqual(['lint', 'unit'])
    expect(names('lint', 'units')).toEqual({ unknown: 'units' })
  })
})

describe('what a test report comes to', () => {
  test('tests are counted and named, skips with their reason', () => {
    const json = report('a.test.ts', [
      { titles: ['suite', 'one'], status: 'passed' },
      { titles: ['suite', 'two'], status: 'failed' },
      { titles: ['over SSH [skipped: sshd: none; root: no]', 'three'], status: 'skipped' },
      { titles: ['four'], status: 'todo' },
    ])
    expect(readTestReport(json, 1, '/repo')).toEqual({
      passed: 1,
      failed: ['test/a.test.ts > suite > two', 'test/a.test.ts > four (left out without a reason)'],
      skipped: [{ name: 'test/a.test.ts > over SSH > three', reason: 'sshd: none; root: no' }],
    })
  })

  test('a file that could not be loaded has failed', () => {
    expect(readTestReport(report('a.test.ts', [], 'failed'), 1, '/repo').failed).toEqual([
      'test/a.test.ts (the file itself)',
    ])
  })

  test('a run without a test has failed, with a report or without', () => {
    expect(readTestReport('{"testResults":[]}', 0, '/repo').failed).toEqual(['no test was run'])
    expect(readTestReport(undefined, null, '/repo').failed).toEqual(['no test was run'])
  })

  test('a run that ends badly has failed, though every test passed', () => {
    const json = report('a.test.ts', [{ titles: ['one'], status: 'passed' }])
    expect(readTestReport(json, 0, '/repo')).toEqual({ passed: 1, failed: [], skipped: [] })
    expect(readTestReport(json, 1, '/repo').failed).toEqual([
      'vitest itself, with exit code 1: an error outside of any test',
    ])
    expect(readTestReport(json, null, '/repo').failed).toEqual([
      'vitest itself, with exit code none (a signal): an error outside of any test',
    ])
  })

  test('something that is no report is refused', () => {
    expect(() => readTestReport('{}', 0, '/repo')).toThrow()
  })
})

describe('the summary of a run', () => {
  test('names what failed and why what was skipped, and ends with the numbers', () => {
    const text = summarize([
      { stage: 'lint', durationMs: 1234, passed: 0, failed: ['eslint'], skipped: [] },
      {
        stage: 'unit',
        durationMs: 60_000,
        passed: 12,
        failed: [],
        skipped: [{ name: 'test/a.test.ts > over SSH', reason: 'sshd: none' }],
      },
    ])
    expect(text).toBe(`
Summary
  lint          0 passed, 1 failed, 0 skipped           1.2 s
  unit          12 passed, 0 failed, 1 skipped          60.0 s

FAILED (1)
  lint: eslint

SKIPPED (1): not checked on this machine
  unit: test/a.test.ts > over SSH
      because sshd: none

12 passed, 1 failed, 1 skipped
`)
  })

  test('a clean run lists nothing but its stages', () => {
    expect(summarize([{ stage: 'unit', durationMs: 0, passed: 2, failed: [], skipped: [] }])).toBe(
      '\nSummary\n  unit          2 passed, 0 failed, 0 skipped           0.0 s\n\n2 passed, 0 failed, 0 skipped\n',
    )
  })
})
