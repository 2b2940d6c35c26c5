import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import process from 'node:process'

/** Whom a line of a password file is for. */
export interface PassfileQuestion {
  readonly host: string
  readonly port: number
  readonly database: string
  readonly user: string
}

/**
 * The password of the first fitting line `host:port:database:user:password`; `*` fits anything, `\:` and `\\` stand
 * for the characters themselves (PostgreSQL's documentation, "The Password File"). Null where none fits.
 */
export function findPassword(content: string, question: PassfileQuestion): string | null {
  const asked = [question.host, String(question.port), question.database, question.user]
  for (const line of content.split(/\r?\n/)) {
    const [host, port, database, user, password] = splitLine(line)
    if (password === undefined) continue
    const fits = [host, port, database, user].every(
      (field, index) => field === '*' || (field !== undefined && unescaped(field) === asked[index]),
    )
    if (fits) return unescaped(password)
  }
  return null
}

/** Splits at colons that aren't escaped; what follows the fourth belongs to the password. */
function splitLine(line: string): string[] {
  const fields = line.startsWith('#')
    ? null
    : line.match(/^((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):(.*)$/)
  return fields ? fields.slice(1) : []
}

function unescaped(field: string): string {
  return field.replace(/\\(.)/g, '$1')
}

/**
 * Looks in PGPASSFILE, or `~/.pgpass`. Like libpq, takes no password from a file that others may read; null there
 * and where there is no file.
 */
export async function passwordFromFile(question: PassfileQuestion): Promise<string | null> {
  const file = process.env['PGPASSFILE'] ?? path.join(homedir(), '.pgpass')
  try {
    const { mode } = await stat(file)
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) return null
    return findPassword(await readFile(file, 'utf8'), question)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES'))
      return null
    throw error
  }
}
