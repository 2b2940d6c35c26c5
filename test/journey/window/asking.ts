import type { Preview, Release } from '../../../src-preload/contract/releases.ts'
import { anew, approve, start } from '../../support/desks.ts'
import type { Actor } from './stage.ts'

/** What somebody wants released. */
export interface Wish {
  readonly tag: string
  readonly target?: 'shop-staging' | 'shop-production'
  readonly reason?: string
  readonly change_link?: string
  readonly variables?: Readonly<Record<string, string>>
}

/** Plans the service `web` without a browser. */
export async function plan({ client }: Actor, wish: Wish): Promise<{ release: Release; preview: Preview }> {
  const { tag, target = 'shop-production', variables = {}, ...words } = wish
  return client.releases.preview({
    command_id: anew(),
    service: 'web',
    target,
    variables: { TAG: tag, ...variables },
    version_label: tag,
    ...words,
  })
}

/** Plans and asks for it without a browser. */
export async function ask(actor: Actor, wish: Wish): Promise<Release> {
  const { release, preview } = await plan(actor, wish)
  const { preview_ref, context_hash } = preview
  const asked = await actor.client.releases.request_apply({
    command_id: anew(),
    release: release.id,
    preview_ref,
    context_hash,
  })
  return asked.release
}

/** Has a release carried out, as far as it gets, without a browser. */
export async function carryOut(by: Actor, wish: Wish, approver: Actor | null): Promise<Release> {
  const release = await ask(by, wish)
  if (approver !== null) await approve(approver.client, release)
  await start(by.client, release)
  return by.client.releases.get({ release: release.id })
}

/** The beginning of a hash by which people compare what they decide on. */
export function shortHash(digest: string): string {
  return digest.replace('sha256:', '').slice(0, 12)
}
