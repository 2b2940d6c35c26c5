import path from 'node:path'
import type { Json, JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { asList, below, isMapping } from './document.ts'

/** A place of the host that a container would see; `source` as it is written. */
export interface Mount {
  readonly path: string
  readonly source: string
  readonly readOnly: boolean
}

/** Mounts of a service whose source is a path (short and long syntax); named and anonymous volumes are none. */
export function pathMounts(service: JsonObject, at: string): Mount[] {
  return asList(service['volumes']).flatMap((volume, index) => {
    const mount = typeof volume === 'string' ? shortMount(volume) : longMount(volume)
    return mount === null ? [] : [{ ...mount, path: below(below(at, 'volumes'), index) }]
  })
}

/** Whether a mount's source is a path, as Compose tells it from a volume's name: by its first character. */
export function isPath(source: string): boolean {
  return /^[./~\\]/.test(source)
}

/** An absolute path without `..`, doubled or trailing slashes; as far as can be told without the host's links. */
export function plainPath(source: string): string {
  const plain = path.posix.normalize(source)
  return plain.length > 1 && plain.endsWith('/') ? plain.slice(0, -1) : plain
}

/** Whether a path is another one or lies below it. */
export function isAtOrBelow(file: string, folder: string): boolean {
  return folder === '/' || file === folder || file.startsWith(`${folder}/`)
}

function shortMount(text: string): Omit<Mount, 'path'> | null {
  const [source = '', target, mode = ''] = text.split(':')
  if (target === undefined || !isPath(source)) return null
  return { source, readOnly: mode.split(',').includes('ro') }
}

function longMount(volume: Json): Omit<Mount, 'path'> | null {
  if (!isMapping(volume)) return null
  const { source, type } = volume
  if (typeof source !== 'string' || (type !== 'bind' && !isPath(source))) return null
  return { source, readOnly: volume['read_only'] === true }
}
