import { readFile, rename, writeFile } from 'node:fs/promises'

/** Whether an error says that a file or folder doesn't exist. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** A file's text, or undefined where there is no such file. */
export async function textIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Replaces a file at once, readable by its owner alone: no reader ever sees half of it. */
export async function replaceFile(file: string, content: string): Promise<void> {
  const unfinished = `${file}.new`
  await writeFile(unfinished, content, { mode: 0o600 })
  await rename(unfinished, file)
}
