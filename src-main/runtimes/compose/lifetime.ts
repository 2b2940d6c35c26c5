import type { Json } from '../../../src-preload/contract/vocabulary.ts'
import { isMapping, serviceOption } from './document.ts'
import type { ComposeDocument } from './document.ts'

/**
 * Whether a service may end with 0 and be done: its restart policy is absent, `no` or `on-failure`. With `always` and
 * `unless-stopped` Docker would have started it again, so an ended one was stopped by something else.
 */
export function endsByItself(document: ComposeDocument, service: string): boolean {
  const restart = serviceOption(document, service, 'restart')
  if (restart !== undefined && restart !== null) {
    return (
      restart === false ||
      restart === 'no' ||
      (typeof restart === 'string' && /^on-failure(:|$)/.test(restart))
    )
  }
  const policy = deployOption(document, service, 'restart_policy')
  if (!isMapping(policy)) return true
  return policy['condition'] === 'none' || policy['condition'] === 'on-failure'
}

/**
 * How many containers a service shall have: `scale`, or `deploy.replicas`, or 1. Compose before version 2 doesn't read
 * `deploy.replicas`; `composeVersion` is what its containers are labelled with.
 */
export function replicas(document: ComposeDocument, service: string, composeVersion: string): number {
  const scale = count(serviceOption(document, service, 'scale'))
  if (scale !== null) return scale
  if (composeVersion.startsWith('1.')) return 1
  return count(deployOption(document, service, 'replicas')) ?? 1
}

function deployOption(document: ComposeDocument, service: string, option: string): Json | undefined {
  const deploy = serviceOption(document, service, 'deploy')
  return isMapping(deploy) ? deploy[option] : undefined
}

function count(value: Json | undefined): number | null {
  const number = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof number === 'number' && Number.isInteger(number) ? number : null
}
