import { createHash } from 'node:crypto'

/** An image of the simulated world. Nobody ever made it: everything about it follows from its name. */
export interface Image {
  /** `repository:tag`. */
  readonly name: string
  readonly id: string
  /** `repository@sha256:…`. */
  readonly repo_digest: string
}

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`
}

/**
 * The image that a reference stands for; `latest` where it has no tag. A digest wins over a tag, as with Docker, so an
 * image that is asked for by digest alone has that for a name until it is known by another.
 */
export function imageOf(reference: string): Image {
  const [bare = reference, pinned] = reference.split('@')
  const tagged = /:[\w][\w.-]*$/.test(bare)
  const repository = tagged ? bare.slice(0, bare.lastIndexOf(':')) : bare
  const written = tagged ? bare : `${bare}:latest`
  const digest = pinned ?? sha256(`simulated manifest ${written}`)
  const name = pinned === undefined || sha256(`simulated manifest ${bare}`) === pinned ? written : reference
  return { name, id: sha256(`simulated image ${digest}`), repo_digest: `${repository}@${digest}` }
}

/** What comes after the last colon of an image's name: its tag, such as `1.5`. */
export function tagOf(image: Image): string {
  return image.name.slice(image.name.lastIndexOf(':') + 1)
}

/**
 * The images on a simulated host, and those that its simulated registry has. The registry has every image, except
 * those whose tag is or ends with `missing`.
 */
export class ImageStore {
  readonly #known = new Map<string, Image>()
  readonly #present = new Set<string>()

  /** @param references images that are on the host from the beginning */
  constructor(references: readonly string[]) {
    for (const reference of references) this.add(imageOf(reference))
  }

  /** The image on the host that a reference, digest or id stands for. */
  find(reference: string): Image | undefined {
    const image = this.#resolve(reference)
    return image !== undefined && this.#present.has(image.id) ? image : undefined
  }

  /** The image that the registry would give for a reference; undefined if it has none. */
  offered(reference: string): Image | undefined {
    const image = this.#resolve(reference)
    if (image === undefined || /:(.*-)?missing$/.test(image.name)) return undefined
    return image
  }

  /** Puts an image on the host. */
  add(image: Image): void {
    this.#known.set(image.id, image)
    this.#present.add(image.id)
  }

  /** Takes an image off the host; the registry still has it. */
  remove(image: Image): void {
    this.#present.delete(image.id)
  }

  /** The images on the host, by name. */
  list(): Image[] {
    return [...this.#known.values()]
      .filter(({ id }) => this.#present.has(id))
      .toSorted((a, b) => a.name.localeCompare(b.name))
  }

  // What is known by a tag keeps that name, however it is asked for.
  #resolve(reference: string): Image | undefined {
    if (/^sha256:[0-9a-f]{64}$/.test(reference)) return this.#known.get(reference)
    const image = imageOf(reference)
    return this.#known.get(image.id) ?? image
  }
}
