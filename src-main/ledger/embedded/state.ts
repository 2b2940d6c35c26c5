import { randomBytes } from 'node:crypto'
import { rm, utimes } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { replaceFile, textIfThere } from './files.ts'

/** `ledger.json`: what other processes need to find the server. It holds no secret. */
const publishedLedger = z.object({
  version: z.literal(1),
  host: z.literal('127.0.0.1'),
  port: z.int().positive(),
  pid: z.int().positive(),
  user: z.string(),
  database: z.string(),
  data_dir: z.string(),
})
export type PublishedLedger = z.infer<typeof publishedLedger>

/** Where passwords are kept: the keychain, or else files that only their owner reads. */
export interface PasswordKeeper {
  read(name: string): Promise<string | null>
  keep(name: string, value: string): Promise<void>
}

/** The name under which the superuser's password is kept. */
export const superuserSecret = 'ledger-embedded-superuser'

/** Keeps each password in a 0600 file of the data home. */
export function passwordFiles(home: string): PasswordKeeper & { forget(name: string): Promise<void> } {
  const fileOf = (name: string) => path.join(home, `${name}.password`)
  return {
    read: async (name) => (await textIfThere(fileOf(name))) ?? null,
    keep: (name, value) => replaceFile(fileOf(name), value),
    forget: (name) => rm(fileOf(name), { force: true }),
  }
}

/** 192 random bits, in characters that need no quoting anywhere. */
export function randomPassword(): string {
  return randomBytes(24).toString('base64url')
}

/** The path of `ledger.json`. */
export function publishedFile(home: string): string {
  return path.join(home, 'ledger.json')
}

/** Writes `ledger.json`, for its owner alone. */
export async function publish(home: string, ledger: PublishedLedger): Promise<void> {
  await replaceFile(publishedFile(home), `${JSON.stringify(ledger, null, 2)}\n`)
}

/** Removes `ledger.json`. */
export async function unpublish(home: string): Promise<void> {
  await rm(publishedFile(home), { force: true })
}

/** What `ledger.json` says; null where there is none, or none that this program understands. */
export async function readPublished(home: string): Promise<PublishedLedger | null> {
  const text = await textIfThere(publishedFile(home))
  if (text === undefined) return null
  const parsed = z.preprocess(jsonOrNull, publishedLedger).safeParse(text)
  return parsed.success ? parsed.data : null
}

function jsonOrNull(text: unknown): unknown {
  try {
    return JSON.parse(String(text))
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/** Tells the idle watch that somebody is about to connect. */
export async function touch(home: string): Promise<void> {
  const now = new Date()
  await utimes(publishedFile(home), now, now)
}
