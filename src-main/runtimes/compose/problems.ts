import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import type { HintKey } from './words.ts'

/** Something wrong at a place of a source or a document; `hint` names the text that says what to do instead. */
export interface DocumentProblem {
  /** A file of the source, or the path of an option. */
  readonly path: string
  readonly problem: string
  readonly hint?: HintKey
  /** Counted from 1, where the place is in a text. */
  readonly line?: number
  readonly column?: number
}

/**
 * What is wrong, as one error: `{path, problem, place}` of the first (with `line` and `column` where known; `place` says
 * them in one word for the texts), and all of them in `problems`.
 */
export function problemsError(
  code: 'render_failed' | 'compose_config_invalid',
  problems: readonly [DocumentProblem, ...DocumentProblem[]],
  options: { cause?: unknown } = {},
): PilothouseError<'render_failed' | 'compose_config_invalid'> {
  const [first] = problems
  return new PilothouseError(
    code,
    {
      path: first.path,
      problem: first.problem,
      place: placeOf(first),
      ...(first.line === undefined ? {} : { line: first.line }),
      ...(first.column === undefined ? {} : { column: first.column }),
      problems: problems.map((one) => ({ place: placeOf(one), problem: one.problem })),
    },
    { cause: options.cause, hint: first.hint ?? `hint.${code}.at` },
  )
}

/** `render_failed` for one problem. */
export function renderFailed(problem: DocumentProblem, options: { cause?: unknown } = {}): PilothouseError {
  return problemsError('render_failed', [problem], options)
}

function placeOf({ path, line, column }: DocumentProblem): string {
  const parts = [path === '' ? 'document' : path, line, column]
  return parts.filter((part) => part !== undefined).join(':')
}
