import type { ResolvedImage } from '../../../src-preload/contract/releases.ts'

/** The parts of an image reference; `name` as written, without tag and digest. */
export interface ImageReference {
  readonly name: string
  readonly tag: string | null
  readonly digest: string | null
}

/** Splits `host:port/path/name:tag@sha256:…`; a colon before the last slash belongs to a port. */
export function parseImage(reference: string): ImageReference {
  const [tagged = '', digest = null] = reference.split('@')
  const colon = tagged.lastIndexOf(':')
  const hasTag = colon > tagged.lastIndexOf('/')
  return {
    name: hasTag ? tagged.slice(0, colon) : tagged,
    tag: hasTag ? tagged.slice(colon + 1) : null,
    digest,
  }
}

/** The name as Docker completes it: `nginx` is `docker.io/library/nginx`. */
export function completeName(name: string): string {
  const [first = '', ...rest] = name.split('/')
  const isRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')
  if (!isRegistry) return `docker.io/${rest.length === 0 ? `library/${name}` : name}`
  if (first === 'index.docker.io') return completeName(rest.join('/'))
  return first === 'docker.io' && rest.length === 1 ? `docker.io/library/${rest.join('/')}` : name
}

/** What a reference was resolved to, also where it has been pinned since: pinning only appends a digest. */
export function resolvedFor(images: readonly ResolvedImage[], reference: string): ResolvedImage | undefined {
  const { digest } = parseImage(reference)
  const unpinned = digest === null ? reference : reference.slice(0, -(digest.length + 1))
  return (
    images.find((image) => image.reference === reference) ??
    images.find((image) => image.reference === unpinned)
  )
}
