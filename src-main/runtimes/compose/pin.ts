import type { ResolvedImage } from '../../../src-preload/contract/releases.ts'
import type { Rendered } from '../../ports/runtime.ts'
import { documentImages, readDocument, writeDocument } from './document.ts'
import { completeName, parseImage } from './image.ts'
import { composeCheck } from './noticed.ts'

/**
 * References replaced by what the host resolved them to: `repo:1.4` becomes `repo:1.4@sha256:…`. The tag stays for
 * people to read; Docker goes by the digest alone. A reference whose digest isn't known (an image that was never in a
 * registry) stays and is noted: its image id is compared before anything starts. Pure, and idempotent.
 */
export function pin(rendered: Rendered, images: readonly ResolvedImage[]): Rendered {
  const document = readDocument(rendered.bytes)
  const known = new Map(images.map((image) => [image.reference, image]))
  const services = Object.fromEntries(
    Object.entries(document.services).map(([name, service]) => {
      const { image } = service
      return [
        name,
        typeof image === 'string' ? { ...service, image: pinned(image, known.get(image)) } : service,
      ]
    }),
  )
  const next = { ...document, services }
  const references = documentImages(next)
  const open = references.filter((reference) => parseImage(reference).digest === null)
  const checks = open.map((image) =>
    composeCheck('image_not_pinned', (known.get(image)?.image_id ?? null) === null ? 'warning' : 'info', {
      image,
    }),
  )
  const before = rendered.checks.filter(({ key }) => key !== 'image_not_pinned')
  return { bytes: writeDocument(next), images: references, checks: [...before, ...checks] }
}

function pinned(reference: string, resolved: ResolvedImage | undefined): string {
  const repoDigest = resolved?.repo_digest ?? null
  const { name, digest } = parseImage(reference)
  if (digest !== null || repoDigest === null) return reference
  const told = parseImage(repoDigest)
  const same = completeName(told.name) === completeName(name)
  return same && told.digest !== null ? `${reference}@${told.digest}` : reference
}
