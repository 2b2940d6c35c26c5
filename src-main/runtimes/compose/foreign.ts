import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { asList, below, isMapping, mapMapping, serviceOption } from './document.ts'
import type { ComposeDocument } from './document.ts'
import { pathMounts } from './mounts.ts'
import type { DocumentProblem } from './problems.ts'
import type { HintKey } from './words.ts'

/** The parts of a document that a reader compares; anything else at the top would be applied unseen. */
export const sections = ['services', 'networks', 'volumes', 'configs', 'secrets'] as const

/** Options of a service that need something which isn't in the document, and the hint for each. */
const foreignOptions: Readonly<Record<string, HintKey>> = {
  build: 'hint.render_failed.build',
  develop: 'hint.render_failed.build',
  env_file: 'hint.render_failed.outside',
  label_file: 'hint.render_failed.outside',
  credential_spec: 'hint.render_failed.outside',
  provider: 'hint.render_failed.provider',
  models: 'hint.render_failed.provider',
}

/** What every tool on the way takes for an image; none of them for an option or a command. */
const imagePattern = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}$/

/**
 * What a document would need from elsewhere: files of the source, a build, another document, the environment of a
 * host's shell. A release holds everything that it applies, so each of these is a problem. Pure; empty when there is
 * none.
 */
export function foreignParts(document: ComposeDocument): DocumentProblem[] {
  return [
    ...unknownSections(document),
    ...Object.keys(document.services).flatMap((name) => foreignInService(document, name)),
    ...foreignFiles(document, 'configs'),
    ...foreignFiles(document, 'secrets'),
    ...openVariables(document),
  ]
}

/** A single dollar sign would be interpolated on the host, from the host's environment. */
function openVariables(document: ComposeDocument): DocumentProblem[] {
  const problems: DocumentProblem[] = []
  mapMapping(document, (text, path) => {
    if (text.replaceAll('$$', '').includes('$'))
      problems.push({ path, problem: 'holds a variable of the host' })
    return text
  })
  return problems
}

function unknownSections(document: ComposeDocument): DocumentProblem[] {
  const known: readonly string[] = sections
  return Object.keys(document)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: below('', key),
      problem: key === 'include' ? 'includes another file' : 'a section that is not known here',
      ...(key === 'include' ? { hint: 'hint.render_failed.include' } : {}),
    }))
}

function foreignInService(document: ComposeDocument, name: string): DocumentProblem[] {
  const service = document.services[name] ?? {}
  const at = below('services', name)
  const options = Object.keys(service)
    .filter((option) => Object.hasOwn(foreignOptions, option))
    .map((option) => ({
      path: below(at, option),
      problem: `${option} needs what is not in the document`,
      hint: foreignOptions[option] ?? 'hint.render_failed.outside',
    }))
  return [
    ...options,
    ...foreignBase(document, service['extends'], below(at, 'extends')),
    ...imageProblem(document, name, at),
    ...environmentProblems(service['environment'], below(at, 'environment')),
    ...relativeMounts(service, at),
  ]
}

function foreignBase(document: ComposeDocument, base: Json | undefined, path: string): DocumentProblem[] {
  if (base === undefined || base === null) return []
  const hint = 'hint.render_failed.extends'
  if (isMapping(base) && base['file'] !== undefined) {
    return [{ path, problem: 'extends a service of another file', hint }]
  }
  const name = isMapping(base) ? base['service'] : base
  if (typeof name === 'string' && Object.hasOwn(document.services, name)) return []
  return [{ path, problem: 'extends a service that is not in the document', hint }]
}

function imageProblem(document: ComposeDocument, name: string, at: string): DocumentProblem[] {
  const image = serviceOption(document, name, 'image')
  const problems: DocumentProblem[] = []
  if (typeof image !== 'string' || image === '') {
    problems.push({ path: below(at, 'image'), problem: 'names no image', hint: 'hint.render_failed.build' })
  } else if (!imagePattern.test(image)) {
    problems.push({ path: below(at, 'image'), problem: `"${image.slice(0, 100)}" is no image reference` })
  }
  if (document.services[name]?.['pull_policy'] === 'build') {
    const path = below(at, 'pull_policy')
    problems.push({ path, problem: 'builds on the host', hint: 'hint.render_failed.build' })
  }
  return problems
}

/** A variable without a value is taken from the shell that runs Compose: on a host, nobody knows which. */
function environmentProblems(environment: Json | undefined, path: string): DocumentProblem[] {
  const problem = 'takes its value from the shell of the host'
  if (isMapping(environment)) {
    return Object.entries(environment)
      .filter(([, value]) => value === null)
      .map(([name]) => ({ path: below(path, name), problem }))
  }
  return asList(environment).flatMap((item, index) =>
    typeof item === 'string' && item.includes('=') ? [] : [{ path: below(path, index), problem }],
  )
}

function relativeMounts(service: JsonObject, at: string): DocumentProblem[] {
  return pathMounts(service, at)
    .filter(({ source }) => !source.startsWith('/'))
    .map(({ path, source }) => ({
      path,
      problem: `mounts ${source} of the source directory, which the host does not have`,
      hint: 'hint.render_failed.relative_bind',
    }))
}

function foreignFiles(document: ComposeDocument, section: 'configs' | 'secrets'): DocumentProblem[] {
  const entries = document[section]
  if (!isMapping(entries)) return []
  return Object.entries(entries).flatMap(([name, entry]) =>
    ['file', 'environment']
      .filter((option) => isMapping(entry) && entry[option] !== undefined)
      .map((option) => ({
        path: below(below(below('', section), name), option),
        problem: `takes its content from a ${option === 'file' ? 'file' : 'variable'} of the host`,
        hint: `hint.render_failed.${section === 'secrets' ? 'secret_file' : 'outside'}`,
      })),
  )
}
