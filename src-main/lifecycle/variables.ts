import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { shortestSecret } from './masking.ts'
import type { VariableDeclaration } from '../../src-preload/contract/services.ts'

export interface GivenVariables {
  readonly variables: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  /** Secrets that an earlier release on the target sealed and that may be used again. */
  readonly sealed_before: readonly string[]
}

export interface ResolvedVariables {
  readonly variables: Readonly<Record<string, string>>
  /** Values to seal now. */
  readonly secrets: Readonly<Record<string, string>>
  /** Names whose sealed value is taken from before. */
  readonly reused: readonly string[]
}

type Problem = { path: string; problem: string }

function problemsOf(
  declared: Readonly<Record<string, VariableDeclaration>>,
  given: GivenVariables,
): Problem[] {
  const open = Object.keys(given.variables).flatMap((name): Problem[] => {
    const declaration = declared[name]
    if (declaration === undefined)
      return [{ path: `variables.${name}`, problem: 'the service declares no such variable' }]
    if (declaration.secret)
      return [{ path: `variables.${name}`, problem: 'it is a secret: give it as a secret' }]
    return []
  })
  const hidden = Object.entries(given.secrets).flatMap(([name, value]): Problem[] => {
    const declaration = declared[name]
    if (declaration === undefined)
      return [{ path: `secrets.${name}`, problem: 'the service declares no such variable' }]
    if (!declaration.secret) return [{ path: `secrets.${name}`, problem: 'it is not declared as a secret' }]
    if (value.length < shortestSecret) {
      return [
        {
          path: `secrets.${name}`,
          problem: `a secret of fewer than ${shortestSecret} characters can't be masked`,
        },
      ]
    }
    return []
  })
  return [...open, ...hidden]
}

/**
 * What each declared variable gets: the given value, else the sealed one from before, else the default. Throws
 * `validation_error` for one that is not declared or given on the wrong side, `variable_missing` with every name that
 * is required and has none.
 */
export function resolveVariables(
  declared: Readonly<Record<string, VariableDeclaration>>,
  given: GivenVariables,
): ResolvedVariables {
  const problems = problemsOf(declared, given)
  if (problems.length > 0) throw new PilothouseError('validation_error', { problems })
  const variables: Record<string, string> = {}
  const reused: string[] = []
  const missing: string[] = []
  for (const [name, declaration] of Object.entries(declared)) {
    if (declaration.secret) {
      if (name in given.secrets) continue
      if (given.sealed_before.includes(name)) reused.push(name)
      else if (declaration.required) missing.push(name)
      continue
    }
    const value = given.variables[name] ?? declaration.default
    if (value !== undefined) variables[name] = value
    else if (declaration.required) missing.push(name)
  }
  if (missing.length > 0) throw new PilothouseError('variable_missing', { variables: missing.sort() })
  return { variables, secrets: given.secrets, reused }
}
