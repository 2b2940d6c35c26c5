import path from 'node:path'
import type { Check } from '../../../src-preload/contract/releases.ts'
import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import type { Rendered, RenderRequest } from '../../ports/runtime.ts'
import { below, documentImages, isMapping, mapMapping, toDocument, writeDocument } from './document.ts'
import type { ComposeDocument } from './document.ts'
import { inlineEnvironment } from './environment.ts'
import type { Surroundings } from './environment.ts'
import { foreignParts } from './foreign.ts'
import { emptyShortfall, interpolateNoting, refuseShortfall, substitute } from './interpolate.ts'
import { composeCheck, noticed } from './noticed.ts'
import { problemsError, renderFailed } from './problems.ts'
import { openSource } from './source.ts'
import type { SourceDirectory } from './source.ts'
import { tokenProblems } from './tokens.ts'
import { refuseUnsafe } from './unsafe.ts'
import { parseYaml } from './yamlText.ts'

/** Files that Compose would read by itself beside the file it is given; a release names its one file. */
const silentFiles = ['.env', 'compose.override.yaml', 'compose.override.yml', 'docker-compose.override.yml']

/**
 * A source directory as one document that needs nothing else: variables substituted (also `COMPOSE_PROJECT_NAME`), env
 * files inlined into `environment`, files of configs into `content`, the top-level `name`, `version` and `x-…`
 * dropped, and every dollar sign that is left doubled, so that Compose on the host takes it literally. Throws
 * `render_failed`, `variable_missing` (all of them), `compose_unsafe`, `document_too_large`. Reads below the source's
 * directory only and writes nothing.
 */
export async function renderDirectory(request: RenderRequest): Promise<Rendered> {
  const { path: directory, file } = request.source
  const source = await openSource(directory)
  const text = await source.read(file)
  if (text === null) throw renderFailed({ path: file, problem: 'there is no such file' })
  const checks: Check[] = [...(await ignoredFiles(source, file))]
  const surroundings: Surroundings = {
    source,
    resolve: (relative) => (path.isAbsolute(relative) ? relative : path.join(path.dirname(file), relative)),
    values: new Map([
      ...Object.entries(request.variables),
      ...Object.entries(request.sealed),
      ['COMPOSE_PROJECT_NAME', request.target.place.project],
    ]),
    shortfall: emptyShortfall(),
    inlined: (service, name) =>
      checks.push(composeCheck('env_file_inlined', 'info', { service, file: name })),
  }
  const document = await complete(parseYaml(text, file), surroundings)
  refuseUnfit(document, request)
  checks.push(...noticed(document))
  return { bytes: writeDocument(document), images: documentImages(document), checks }
}

async function complete(written: JsonObject, surroundings: Surroundings): Promise<ComposeDocument> {
  const kept = Object.entries(written).filter(([key]) => !/^(name|version|x-.*)$/.test(key))
  const interpolated = interpolateNoting(
    Object.fromEntries(kept),
    surroundings.values,
    surroundings.shortfall,
  )
  const document = toDocument(interpolated, (problem) => {
    throw renderFailed(problem)
  })
  const services: [string, JsonObject][] = []
  for (const [name, service] of Object.entries(document.services)) {
    services.push([name, await inlineEnvironment(name, service, surroundings)])
  }
  const configs = await inlineConfigs(document['configs'], surroundings)
  refuseShortfall(surroundings.shortfall)
  return literally({ ...document, services: Object.fromEntries(services), ...configs })
}

/** Compose on the host interpolates once more: a dollar sign that is meant has to be doubled. */
function literally(document: ComposeDocument): ComposeDocument {
  const escape = (text: string): string => text.replaceAll('$', '$$$$')
  const services = Object.entries(document.services).map(
    ([name, service]) => [name, mapMapping(service, escape)] as const,
  )
  return { ...mapMapping(document, escape), services: Object.fromEntries(services) }
}

async function inlineConfigs(
  configs: Json | undefined,
  surroundings: Surroundings,
): Promise<{ configs?: JsonObject }> {
  if (!isMapping(configs)) return {}
  const inlined: [string, Json][] = []
  for (const [name, config] of Object.entries(configs)) {
    const at = below(below('', 'configs'), name)
    inlined.push([name, isMapping(config) ? await inlineConfig(config, at, surroundings) : config])
  }
  return { configs: Object.fromEntries(inlined) }
}

async function inlineConfig(config: JsonObject, at: string, surroundings: Surroundings): Promise<JsonObject> {
  const { file, environment, ...rest } = config
  if (typeof environment === 'string') {
    const { values, shortfall } = surroundings
    return { ...rest, content: substitute(`\${${environment}}`, below(at, 'environment'), values, shortfall) }
  }
  if (typeof file !== 'string') return config
  const content = await surroundings.source.read(surroundings.resolve(file))
  if (content === null) throw renderFailed({ path: below(at, 'file'), problem: `there is no file ${file}` })
  return { ...rest, content }
}

function refuseUnfit(document: ComposeDocument, request: RenderRequest): void {
  const known = new Set(Object.values(request.sealed))
  const [first, ...more] = [...foreignParts(document), ...tokenProblems(document, known)]
  if (first !== undefined) throw problemsError('render_failed', [first, ...more])
  refuseUnsafe(document, request.target.place)
}

async function ignoredFiles(source: SourceDirectory, file: string): Promise<Check[]> {
  const beside = silentFiles
    .map((name) => path.join(path.dirname(file), name))
    .filter((name) => name !== file)
  const present = await Promise.all(beside.map((name) => source.holds(name)))
  return beside
    .filter((_, index) => present[index] === true)
    .map((name) => composeCheck('file_ignored', 'warning', { file: name }))
}
