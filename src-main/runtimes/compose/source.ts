import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import path from 'node:path'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { renderFailed } from './problems.ts'

/** Bytes that one file of a source may have; what is rendered from it may have more (`caps.document`). */
export const fileCap = 1024 * 1024

/** A service's source: a directory that nothing is read outside of. */
export interface SourceDirectory {
  /**
   * Text of a file, by its path relative to the source. Null where there is no such file. Throws `render_failed` for a
   * path that leads outside (by `..`, by being absolute, by a symbolic link), for what isn't a readable file or not
   * UTF-8, and `document_too_large` above `fileCap`.
   */
  read(relative: string): Promise<string | null>
  /** Whether there is something by that name, whatever it is. */
  holds(relative: string): Promise<boolean>
}

/** Opens a source directory; throws `render_failed` where it isn't there. */
export async function openSource(directory: string): Promise<SourceDirectory> {
  const root = await realPathOf(directory)
  if (root === null) throw renderFailed({ path: directory, problem: 'the source directory does not exist' })
  return {
    async read(relative) {
      const asked = path.resolve(root, relative)
      if (path.isAbsolute(relative) || !isWithin(root, asked)) throw outside(relative)
      const file = await realPathOf(asked)
      if (file === null) return null
      if (!isWithin(root, file)) throw outside(relative)
      return decode(await readCapped(file, relative), relative)
    },
    async holds(relative) {
      return (await realPathOf(path.resolve(root, relative))) !== null
    },
  }
}

function isWithin(root: string, file: string): boolean {
  const relative = path.relative(root, file)
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
}

async function realPathOf(file: string): Promise<string | null> {
  try {
    return await realpath(file)
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return null
    throw unreadable(file, error)
  }
}

async function readCapped(file: string, shown: string): Promise<Uint8Array> {
  try {
    // Non-blocking, so that a named pipe in the directory can't make anybody wait.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
    const facts = await handle.stat()
    if (!facts.isFile()) throw renderFailed({ path: shown, problem: 'not a file' })
    const buffer = new Uint8Array(fileCap + 1)
    let length = 0
    for (let read = 1; read > 0 && length < buffer.length; length += read) {
      read = (await handle.read(buffer, length, buffer.length - length)).bytesRead
    }
    if (length > fileCap) {
      throw new PilothouseError('document_too_large', {
        path: shown,
        bytes: Math.max(facts.size, length),
        cap: fileCap,
      })
    }
    return buffer.subarray(0, length)
  } catch (error) {
    throw error instanceof PilothouseError ? error : unreadable(shown, error)
  }
}

function decode(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw renderFailed({ path: shown, problem: 'not UTF-8 text' }, { cause: error })
  }
}

function unreadable(shown: string, error: unknown): PilothouseError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  return renderFailed({ path: shown, problem: `cannot be read (${code})` }, { cause: error })
}

function outside(shown: string): PilothouseError {
  const problem = 'leads outside the source directory'
  return renderFailed({ path: shown, problem, hint: 'hint.render_failed.outside' })
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
