import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { asList, below, isMapping } from './document.ts'
import { parseEnvFile } from './envFile.ts'
import { substitute } from './interpolate.ts'
import type { Shortfall, Values } from './interpolate.ts'
import { renderFailed } from './problems.ts'
import type { SourceDirectory } from './source.ts'

/** Where values come from, and where what is missing goes. */
export interface Surroundings {
  readonly source: SourceDirectory
  /** A path of the Compose file as a path of the source. */
  readonly resolve: (relative: string) => string
  readonly values: Values
  readonly shortfall: Shortfall
  /** Noted where a file's text became part of the document. */
  readonly inlined: (service: string, file: string) => void
}

/**
 * A service with its env files inlined into `environment` as a mapping of texts: later files win over earlier ones,
 * the service's own `environment` over all. A name without value takes it from the release's variables. Throws
 * `render_failed` for a file that is missing (unless `required: false`) or outside the source.
 */
export async function inlineEnvironment(
  name: string,
  service: JsonObject,
  surroundings: Surroundings,
): Promise<JsonObject> {
  const { env_file: files, environment: own, ...rest } = service
  if (files === undefined && own === undefined) return service
  const at = below('services', name)
  const environment = new Map<string, string>()
  const unresolved = surroundings.shortfall.missing.some(({ path }) => path.startsWith(below(at, 'env_file')))
  const read = unresolved ? [] : asList(files)
  for (const [index, entry] of read.entries()) {
    const found = await readEnvFile(name, entry, below(below(at, 'env_file'), index), surroundings)
    for (const [variable, value] of found) environment.set(variable, value)
  }
  const path = below(at, 'environment')
  for (const [variable, value] of ownEnvironment(own, path, surroundings)) environment.set(variable, value)
  return { ...rest, environment: Object.fromEntries(environment) }
}

async function readEnvFile(
  service: string,
  entry: Json,
  at: string,
  { source, resolve, values, shortfall, inlined }: Surroundings,
): Promise<Map<string, string>> {
  const { path, required, format } = envFileEntry(entry, at)
  const text = await source.read(resolve(path))
  if (text !== null) {
    inlined(service, path)
    return parseEnvFile({ path, text, format }, values, shortfall)
  }
  if (required) throw renderFailed({ path: at, problem: `there is no file ${path}` })
  return new Map()
}

function envFileEntry(
  entry: Json,
  at: string,
): { path: string; required: boolean; format: 'compose' | 'raw' } {
  if (typeof entry === 'string') return { path: entry, required: true, format: 'compose' }
  const path = isMapping(entry) ? entry['path'] : undefined
  if (!isMapping(entry) || typeof path !== 'string') {
    throw renderFailed({ path: at, problem: 'names no env file' })
  }
  const required = entry['required'] !== false && entry['required'] !== 'false'
  return { path, required, format: entry['format'] === 'raw' ? 'raw' : 'compose' }
}

/** `environment` in either form as names and texts. */
function ownEnvironment(
  environment: Json | undefined,
  path: string,
  { values, shortfall }: Surroundings,
): [string, string][] {
  const inherited = (name: string, at: string): string => substitute(`\${${name}}`, at, values, shortfall)
  if (isMapping(environment)) {
    return Object.entries(environment).map(([name, value]) => {
      const at = below(path, name)
      return [name, value === null ? inherited(name, at) : scalarText(value, at)]
    })
  }
  return asList(environment).map((item, index) => {
    const text = scalarText(item, below(path, index))
    const equals = text.indexOf('=')
    if (equals < 0) return [text, inherited(text, below(path, index))]
    return [text.slice(0, equals), text.slice(equals + 1)]
  })
}

function scalarText(value: Json, path: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  throw renderFailed({ path, problem: 'not a text' })
}
