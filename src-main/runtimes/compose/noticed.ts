import type { Check } from '../../../src-preload/contract/releases.ts'
import type { Severity } from '../../../src-preload/contract/vocabulary.ts'
import { isMapping, serviceOption } from './document.ts'
import type { ComposeDocument } from './document.ts'
import { parseImage } from './image.ts'
import { holdsToken } from './tokens.ts'
import { words } from './words.ts'
import type { CheckKey } from './words.ts'

/** A check of the Compose runtime; its words are the text of the same key. */
export function composeCheck(
  key: CheckKey,
  severity: Severity,
  params: Readonly<Record<string, string | number>> = {},
): Check {
  return { key, severity, message: words(`check.${key}`, params) }
}

/** What a reader of a rendered document should know, service by service in order of their names. Pure. */
export function noticed(document: ComposeDocument): Check[] {
  return Object.keys(document.services)
    .sort()
    .flatMap((service) => [
      ...movingImage(document, service),
      ...unwatched(document, service),
      ...openSecrets(document, service),
    ])
}

function movingImage(document: ComposeDocument, service: string): Check[] {
  const image = serviceOption(document, service, 'image')
  if (typeof image !== 'string') return []
  const { tag, digest } = parseImage(image)
  if (digest !== null || (tag !== null && tag !== 'latest')) return []
  return [composeCheck('image_tag_moves', 'warning', { service, image })]
}

function unwatched(document: ComposeDocument, service: string): Check[] {
  const checks: Check[] = []
  if (!hasHealthcheck(document, service)) checks.push(composeCheck('no_healthcheck', 'warning', { service }))
  const deploy = serviceOption(document, service, 'deploy')
  const policy = isMapping(deploy) ? deploy['restart_policy'] : undefined
  if (serviceOption(document, service, 'restart') === undefined && policy === undefined) {
    checks.push(composeCheck('no_restart_policy', 'info', { service }))
  }
  return checks
}

/** Whether the document itself declares a healthcheck; an image may bring one of its own. */
export function hasHealthcheck(document: ComposeDocument, service: string): boolean {
  const healthcheck = serviceOption(document, service, 'healthcheck')
  if (!isMapping(healthcheck) || healthcheck['disable'] === true) return false
  const test = healthcheck['test']
  return test !== undefined && test !== 'NONE' && !(Array.isArray(test) && test[0] === 'NONE')
}

const secretName = /(?:^|_)(?:PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE_KEY|API_KEY|ACCESS_KEY)$/i

/** A value whose name says secret, readable in the ledger by everybody who may read the release. */
function openSecrets(document: ComposeDocument, service: string): Check[] {
  const environment = document.services[service]?.['environment']
  if (!isMapping(environment)) return []
  return Object.entries(environment)
    .filter(([name, value]) => secretName.test(name) && typeof value === 'string' && value !== '')
    .filter(([, value]) => typeof value === 'string' && !holdsToken(value))
    .map(([variable]) => composeCheck('open_secret', 'warning', { service, variable }))
}
