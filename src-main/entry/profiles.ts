import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { z } from 'zod'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import { login, name } from '../../src-preload/contract/vocabulary.ts'

/**
 * Which ledger a profile works with. Without `tls`, every host off loopback is verified by its certificate; anything
 * weaker is said here outright and shown.
 */
export const profileLedger = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('embedded') }),
  z.strictObject({
    kind: z.literal('external'),
    host: z.string().min(1).max(255),
    port: z.int().min(1).max(65535),
    database: z.string().min(1).max(63),
    tls: z.enum(['verify-full', 'require', 'insecure']).optional(),
    /** Certificates of the authority in PEM; the system's are used where there are none. */
    ca: z.string().optional(),
  }),
])
export type ProfileLedger = z.infer<typeof profileLedger>

/** A name for ledger, login and defaults. Holds no secret: the password is in the keystore. */
export const profile = z.strictObject({
  name,
  ledger: profileLedger,
  login,
  ssh: z.strictObject({
    /** Paths of private keys to try, in order. */
    identities: z.array(z.string().min(1)),
    /** Whether the agent of SSH_AUTH_SOCK is asked too. */
    agent: z.boolean(),
  }),
})
export type Profile = z.infer<typeof profile>

const stored = z.strictObject({
  current: name.optional(),
  profiles: z.record(name, profile).default({}),
})

/** The profiles of this desktop; window and command line use the same ones. */
export interface Profiles {
  /** All of them by name, in alphabetical order. */
  list(): Profile[]
  /** The profile of that name; throws `not_found` where there is none. */
  get(name: string): Profile
  has(name: string): boolean
  save(profile: Profile): void
  /** The name that counts where neither option nor environment gives one; `default` until `use` is called. */
  current(): string
  /** Throws `not_found` for a name that is not there. */
  use(name: string): void
}

type Stored = z.infer<typeof stored>

/**
 * Opens the profiles kept in `folder`, a 0600 file written by replacing it whole.
 * Throws `validation_error` where it is not what we wrote.
 */
export function openProfiles(folder: string): Profiles {
  const file = path.join(folder, 'profiles.json')
  const read = () => readStored(file)
  const get = (wanted: string): Profile => {
    const found = new Map(Object.entries(read().profiles)).get(wanted)
    if (found === undefined) {
      throw new PilothouseError('not_found', { profile: wanted }, { hint: 'profile' })
    }
    return found
  }
  return {
    list: () => Object.values(read().profiles).sort((a, b) => (a.name < b.name ? -1 : 1)),
    get,
    has: (wanted) => Object.hasOwn(read().profiles, wanted),
    save: (next) => {
      const before = read()
      writeStored(file, { ...before, profiles: { ...before.profiles, [next.name]: profile.parse(next) } })
    },
    current: () => read().current ?? 'default',
    use: (wanted) => {
      writeStored(file, { ...read(), current: get(wanted).name })
    },
  }
}

function readStored(file: string): Stored {
  const text = textIfThere(file)
  if (text === null) return { profiles: {} }
  try {
    return stored.parse(JSON.parse(text))
  } catch (error) {
    throw new PilothouseError('validation_error', { problems: problemsOf(file, error) }, { cause: error })
  }
}

function textIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

function problemsOf(file: string, error: unknown): { path: string; problem: string }[] {
  if (!(error instanceof z.ZodError)) return [{ path: file, problem: 'not JSON' }]
  return error.issues.map((issue) => ({
    path: `${file}: ${issue.path.map(String).join('.')}`,
    problem: issue.message,
  }))
}

/**
 * A new file takes the old one's place, so that a crash leaves one of the two. (`conf` would do the same, but what it
 * writes with ends the process at the first ^C, when a running release has to be stopped in good order.)
 */
function writeStored(file: string, content: Stored): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${randomBytes(6).toString('hex')}`
  writeFileSync(temporary, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true })
  renameSync(temporary, file)
}

/** Which profile an invocation means: the option, else PILOTHOUSE_PROFILE, else the one in use. */
export function chosenProfile(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  profiles: Pick<Profiles, 'current'>,
): string {
  return option ?? (env['PILOTHOUSE_PROFILE'] || profiles.current())
}
