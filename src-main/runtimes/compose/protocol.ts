import { z } from 'zod'

/**
 * The protocol of `pilothouse-host`, pure: what is sent to a host and what comes back. Version 1.
 *
 * Two command lines are ever run on a host:
 *
 * 1. `/bin/sh -c '<bootstrap>' pilothouse <script digest>` with the script on stdin. Finds or makes the root folder
 *    (PILOTHOUSE_HOST_ROOT where the host sets it, else /var/lib/pilothouse/host where this user owns or can make it, else
 *    $HOME/.local/state/pilothouse/host; 0700), keeps the script there under its SHA-256 and prints `present <path>` (stdin
 *    is then not read) or `installed <path>`. Exit 64 bad digest, 65 the bytes don't match it, 73 no root folder.
 * 2. `'<path>' '<verb>' '<argument>'…` with the path that the bootstrap printed; every argument is of the charset below.
 *
 * Verbs, their stdout, and what they read from stdin:
 *
 * - `facts` → lines `key=value` (hostFacts).
 * - `images <reference>…` → one line each, `<reference> <image id|-> <repo digest,repo digest…|->`; `-` is "not here".
 * - `ps <project>` → one JSON line a container of the project, stopped ones included, in the shape of `docker inspect`:
 *   `{"Id","Name","Created","Image","RestartCount","Config":{"Image","Labels"},"State":{…,"Health":{…}|null},
 *   "HostConfig":{"RestartPolicy"},"NetworkSettings":{"Ports"}}`; never environment variables.
 * - `logs <container id> <lines>` → the last lines of both outputs, at most 64 KiB.
 * - `health <url> <timeout seconds>` → `tool <curl|wget|busybox>`, `status <code>` (`000`: no answer, the reason follows
 *   as body), then up to 64 KiB of body as it came. Redirects are not followed. Exit 69 where the host has no tool.
 * - `put <project> <digest> check` → `present` or `absent`. `put <project> <digest>` reads 64 hex digits of the SHA-256
 *   of the content, a newline, and the content → `stored`; exit 65 where they don't match. The name is the digest of the
 *   approved document, in which secrets are keyed hashes; the content's own plain hash would give short secrets away,
 *   so that one stays on stdin. Image lists (below) are named by the digest of their own content.
 * - `fence <project>` → `fence none` or `fence <ledger> <number>`, then `job none` or `job <job>`: who holds the target.
 *   `fence <project> <ledger> <number>` claims it first: exit 75 where the host saw a higher number, 76 where another
 *   ledger's id stands there (stderr `held <ledger> <number>` in both cases); equal or higher is recorded.
 * - `config <project> <job> <ledger> <fence> <document>`, `pull <project> <job> <ledger> <fence> <images>`,
 *   `up <project> <job> <ledger> <fence> <document> <images>` start detached and answer at once: `started`, or
 *   `attached` where this job id was started before (exit 64 where it was started as something else). The unit holds the
 *   target's flock while it works; the fence is claimed under it before any effect. Exit 66 where a named file is
 *   absent, 75 and 76 as above, 77 where another job holds the target (stderr `busy <job>`).
 *   `config` lets Compose judge the document; `pull` pulls each listed image that isn't on the host; `up` compares the
 *   image ids with the list, then runs `up --detach --remove-orphans --no-build` and points `current` and `previous`.
 *   Lists have lines `<reference>=<image id>` or `<reference>=`, sorted.
 * - `follow <project> <job> <offset> <wait seconds>` waits until there is more or the job ended, then prints a line
 *   `running <next offset>`, `done <next offset> <exit code>`, `lost <next offset>` (no unit and no exit code: killed from
 *   outside or power lost) or `absent 0`, and then the log's bytes from offset to next offset, at most 256 KiB: where
 *   that many came, a `done` or `lost` is only final once an answer brings no bytes.
 *   A job ends with 0, 67 (an image has another id; log line `@pilothouse {"kind":"mismatch",…}`), 70 (the tool failed,
 *   its words are in the log), 143 or 137 (stopped).
 * - `stop <project> <job>` ends the job's process group (TERM, after 10 s KILL) → `stopped`, `ended <exit code>` or `absent`.
 * - `gc <project>` removes files other than the current and previous ones, and all but the newest 20 ended jobs → `removed <n>`.
 *
 * Exit codes of all: `exitCodes`; the last stderr line says why.
 */

/** What `pilothouse-host` ends with, by meaning. */
export const exitCodes = {
  ok: 0,
  usage: 64,
  content_mismatch: 65,
  file_absent: 66,
  image_mismatch: 67,
  tool_missing: 69,
  tool_failed: 70,
  no_root: 73,
  io: 74,
  fence_lower: 75,
  other_ledger: 76,
  busy: 77,
  killed: 137,
  terminated: 143,
} as const

const project = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/)
const hexDigest = z.string().regex(/^[0-9a-f]{64}$/)
const job = z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/)
const ledger = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/)
const fence = z.int().min(1).max(999_999_999_999_999)
const reference = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,511}$/)
const container = z.string().regex(/^[0-9a-f]{12,64}$/)
const url = z.string().regex(/^https?:\/\/[A-Za-z0-9:/?&=%._~+,[\]-]{1,2000}$/)
const seconds = z.int().min(0).max(600)

const held = { project, job, ledger, fence }

/** Everything that can be asked of a host; digests are 64 hex digits, times are seconds. */
export const hostRequest = z.discriminatedUnion('verb', [
  z.strictObject({ verb: z.literal('facts') }),
  z.strictObject({ verb: z.literal('images'), references: z.array(reference).min(1).max(200) }),
  z.strictObject({ verb: z.literal('ps'), project }),
  z.strictObject({ verb: z.literal('logs'), container, lines: z.int().min(1).max(1000) }),
  z.strictObject({ verb: z.literal('health'), url, timeout: z.int().min(1).max(600) }),
  z.strictObject({ verb: z.literal('put'), project, digest: hexDigest, check: z.boolean() }),
  z.strictObject({ verb: z.literal('fence'), project, claim: z.strictObject({ ledger, fence }).nullable() }),
  z.strictObject({ verb: z.literal('config'), ...held, document: hexDigest }),
  z.strictObject({ verb: z.literal('pull'), ...held, images: hexDigest }),
  z.strictObject({ verb: z.literal('up'), ...held, document: hexDigest, images: hexDigest }),
  z.strictObject({
    verb: z.literal('follow'),
    project,
    job,
    offset: z.int().min(0).max(999_999_999_999_999),
    wait: seconds,
  }),
  z.strictObject({ verb: z.literal('stop'), project, job }),
  z.strictObject({ verb: z.literal('gc'), project }),
])
export type HostRequest = z.infer<typeof hostRequest>
export type JobRequest = Extract<HostRequest, { verb: 'config' | 'pull' | 'up' }>

function heldArguments(request: JobRequest): string[] {
  return [request.verb, request.project, request.job, request.ledger, String(request.fence)]
}

/** Verb and arguments of a request. Throws a ZodError for what no host would accept. */
export function argumentsOf(unchecked: HostRequest): readonly string[] {
  const request = hostRequest.parse(unchecked)
  switch (request.verb) {
    case 'facts':
      return ['facts']
    case 'images':
      return ['images', ...request.references]
    case 'ps':
    case 'gc':
      return [request.verb, request.project]
    case 'logs':
      return ['logs', request.container, String(request.lines)]
    case 'health':
      return ['health', request.url, String(request.timeout)]
    case 'put':
      return ['put', request.project, request.digest, ...(request.check ? ['check'] : [])]
    case 'fence':
      return [
        'fence',
        request.project,
        ...(request.claim ? [request.claim.ledger, String(request.claim.fence)] : []),
      ]
    case 'config':
      return [...heldArguments(request), request.document]
    case 'pull':
      return [...heldArguments(request), request.images]
    case 'up':
      return [...heldArguments(request), request.document, request.images]
    case 'follow':
      return ['follow', request.project, request.job, String(request.offset), String(request.wait)]
    case 'stop':
      return ['stop', request.project, request.job]
  }
}

/** A decimal number as the script takes it: no sign, no leading zero. */
function count(text: string | undefined): number {
  return /^(0|[1-9][0-9]{0,14})$/.test(text ?? '') ? Number(text) : Number.NaN
}

function fieldsOf(verb: string | undefined, rest: readonly string[]): Record<string, unknown> | null {
  const [first, second, third, fourth, fifth, sixth] = rest
  const many = rest.length
  const jobFields = { project: first, job: second, ledger: third, fence: count(fourth) }
  if (verb === 'facts' && many === 0) return {}
  if (verb === 'images') return { references: rest }
  if ((verb === 'ps' || verb === 'gc') && many === 1) return { project: first }
  if (verb === 'logs' && many === 2) return { container: first, lines: count(second) }
  if (verb === 'health' && many === 2) return { url: first, timeout: count(second) }
  if (verb === 'put' && many === 2) return { project: first, digest: second, check: false }
  if (verb === 'put' && many === 3 && third === 'check')
    return { project: first, digest: second, check: true }
  if (verb === 'fence' && many === 1) return { project: first, claim: null }
  if (verb === 'fence' && many === 3)
    return { project: first, claim: { ledger: second, fence: count(third) } }
  if (verb === 'config' && many === 5) return { ...jobFields, document: fifth }
  if (verb === 'pull' && many === 5) return { ...jobFields, images: fifth }
  if (verb === 'up' && many === 6) return { ...jobFields, document: fifth, images: sixth }
  if (verb === 'follow' && many === 4)
    return { project: first, job: second, offset: count(third), wait: count(fourth) }
  if (verb === 'stop' && many === 2) return { project: first, job: second }
  return null
}

/** The request that verb and arguments stand for, or null where a host ends with 64. The inverse of `argumentsOf`. */
export function requestOf(argv: readonly string[]): HostRequest | null {
  const [verb, ...rest] = argv
  const fields = fieldsOf(verb, rest)
  return fields === null ? null : (hostRequest.safeParse({ verb, ...fields }).data ?? null)
}

/**
 * The constant that finds the root folder and keeps the script there. One line without single quotes, so that any login
 * shell hands it to sh unchanged.
 */
export const bootstrap = [
  'umask 077; d=$1; case $d in *[!0-9a-f]*) exit 64;; esac; [ ${#d} -eq 64 ] || exit 64',
  'own() { mkdir -p -m 755 "${1%/*}" 2>/dev/null; mkdir -p "$1/bin" 2>/dev/null && chmod 700 "$1" "$1/bin" 2>/dev/null && [ -w "$1/bin" ]; }',
  'r=${PILOTHOUSE_HOST_ROOT:-/var/lib/pilothouse/host}',
  'if ! own "$r"; then [ -z "$PILOTHOUSE_HOST_ROOT" ] && [ -n "$HOME" ] || exit 73; r=$HOME/.local/state/pilothouse/host; own "$r" || exit 73; fi',
  'sum() { s=$(sha256sum <"$1") && [ "${s%% *}" = "$d" ]; }',
  'f=$r/bin/pilothouse-host-$d',
  'if [ -x "$f" ] && sum "$f"; then echo "present $f"; exit 0; fi',
  't=$f.$$; cat >"$t" || exit 74; sum "$t" || { rm -f "$t"; exit 65; }',
  'chmod 700 "$t" && mv "$t" "$f" || exit 74; echo "installed $f"',
].join('; ')

const scriptPath = z.string().regex(/^(\/[A-Za-z0-9._@-]+)+\/bin\/pilothouse-host-[0-9a-f]{64}$/)

/** The argv that installs the script with this digest (64 hex digits); the script itself goes to its stdin. */
export function bootstrapArgv(scriptDigest: string): readonly string[] {
  return ['/bin/sh', '-c', bootstrap, 'pilothouse', hexDigest.parse(scriptDigest)]
}

/** The argv of a request; `path` is what the bootstrap printed. */
export function requestArgv(path: string, request: HostRequest): readonly string[] {
  return [scriptPath.parse(path), ...argumentsOf(request)]
}

/** Where the bootstrap keeps the script. Throws a ZodError for a path that couldn't be quoted safely. */
export function parseBootstrapAnswer(stdout: string): { readonly path: string; readonly installed: boolean } {
  const [, word, path] = /^(present|installed) (.*)\n$/.exec(stdout) ?? []
  return { path: scriptPath.parse(path), installed: word === 'installed' }
}

/**
 * An argv as one line for the login shell that sshd runs. Throws a TypeError for an argument with a single quote or a
 * control character: nothing of this protocol has one.
 */
export function commandLine(argv: readonly string[]): string {
  return argv.map(quoted).join(' ')
}
function quoted(argument: string): string {
  if (/['\p{Cc}]/u.test(argument))
    throw new TypeError('an argument of the host protocol needs no quote or control character')
  return `'${argument}'`
}

/** The inverse of `commandLine`, for whoever serves the protocol; null for any other line. */
export function argvOf(line: string): readonly string[] | null {
  if (!/^'[^']*'( '[^']*')*$/.test(line)) return null
  return line.slice(1, -1).split("' '")
}

const whole = z.string().regex(/^\d+$/).transform(Number)

/** What `facts` says, by key. `root_scope` is `user` where other users of the host keep a fence of their own. */
export const hostFacts = z.object({
  version: whole,
  root: z.string().min(1),
  root_scope: z.enum(['host', 'user']),
  uid: whole,
  os: z.string(),
  arch: z.string(),
  clock: whole,
  /** Programs that the script needs and the host lacks, comma separated; empty where all are there. */
  missing: z.string(),
  docker: z.enum(['ok', 'not_installed', 'permission_denied', 'not_running', 'failed']),
  docker_message: z.string(),
  docker_version: z.string(),
  engine_id: z.string(),
  compose: z.enum(['v2', 'v1', 'none']),
  compose_version: z.string(),
  /** KiB free below the root folder, and where Docker keeps images; empty where it can't be told. */
  root_free_kib: z.union([z.literal(''), whole]),
  docker_free_kib: z.union([z.literal(''), whole]),
  http_tool: z.enum(['curl', 'wget', 'busybox', 'none']),
  /** Made once a host and known to whoever can log in there; never recorded. Empty on a host that has no secrets. */
  hash_key: z.string().default(''),
})
export type HostFacts = z.infer<typeof hostFacts>

/** Throws a ZodError where a key is missing. */
export function parseFacts(stdout: string): HostFacts {
  const pairs = stdout.split('\n').flatMap((line) => {
    const at = line.indexOf('=')
    return at > 0 ? [[line.slice(0, at), line.slice(at + 1)] as const] : []
  })
  return hostFacts.parse(Object.fromEntries(pairs))
}

export interface HostImage {
  readonly reference: string
  readonly image_id: string | null
  readonly repo_digests: readonly string[]
}

/** The lines of `images`. Throws a ZodError for a line of another form. */
export function parseImages(stdout: string): readonly HostImage[] {
  const lines = stdout.split('\n').filter((line) => line !== '')
  return lines.map((line) => {
    const [name, id, digests] = z.tuple([reference, z.string(), z.string()]).parse(line.split(' '))
    return {
      reference: name,
      image_id: id === '-' ? null : id,
      repo_digests: digests === '-' ? [] : digests.split(','),
    }
  })
}

/** What `images` prints for one reference. */
export function imageLine(image: HostImage): string {
  return `${image.reference} ${image.image_id ?? '-'} ${image.repo_digests.join(',') || '-'}\n`
}

export interface FenceAnswer {
  readonly held: { readonly ledger: string; readonly fence: number } | null
  readonly job: string | null
}

/** The two lines of `fence`. Throws a ZodError for anything else. */
export function parseFence(stdout: string): FenceAnswer {
  const match = /^fence (?:none|(\S+) (\d+))\njob (?:none|(\S+))\n$/.exec(stdout)
  z.string({ error: 'not an answer of the verb fence' }).parse(match?.[0])
  const [, holder, number, running] = match ?? []
  return {
    held: holder === undefined ? null : { ledger: ledger.parse(holder), fence: fence.parse(Number(number)) },
    job: running === undefined ? null : job.parse(running),
  }
}

/** Most bytes of a log in one answer of `follow`. */
export const followCap = 262_144

export type JobState =
  | { readonly kind: 'running' }
  | { readonly kind: 'done'; readonly exit_code: number }
  | { readonly kind: 'lost' }
  | { readonly kind: 'absent' }

export interface Followed {
  readonly state: JobState
  /** Bytes; what the next `follow` asks from. */
  readonly next: number
  readonly log: Uint8Array
}

/** Header and log bytes of `follow`. Throws a ZodError for a header of another form. */
export function parseFollow(stdout: Uint8Array): Followed {
  const end = stdout.indexOf(10)
  const header = new TextDecoder().decode(stdout.subarray(0, Math.max(end, 0)))
  const [kind, next, code] = header.split(' ')
  const state = z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('running') }),
      z.object({ kind: z.literal('done'), exit_code: whole }),
      z.object({ kind: z.literal('lost') }),
      z.object({ kind: z.literal('absent') }),
    ])
    .parse({ kind, exit_code: code })
  return { state, next: whole.parse(next), log: stdout.subarray(end + 1) }
}

export interface HttpAnswer {
  readonly tool: string
  /** 0 where nothing answered; the body then says why. */
  readonly status: number
  readonly body: string
}

/** The answer of `health`. Throws a ZodError for a header of another form. */
export function parseHealth(stdout: string): HttpAnswer {
  const match = /^tool (curl|wget|busybox)\nstatus (\d{3})\n([\s\S]*)$/.exec(stdout)
  const [, tool, status, body] = z
    .array(z.string())
    .length(4)
    .parse(match === null ? null : [...match])
  return { tool: tool ?? '', status: Number(status), body: body ?? '' }
}

/** A list for `pull` and `up`: which image each reference has to be, where that is known. */
export function imageList(
  images: readonly { readonly reference: string; readonly image_id: string | null }[],
): string {
  const lines = images.map((image) => `${reference.parse(image.reference)}=${image.image_id ?? ''}\n`)
  return [...new Set(lines)].sort().join('')
}

export interface ImageMismatch {
  readonly reference: string
  readonly expected: string
  readonly actual: string
}

const mismatchLine =
  /^@pilothouse \{"kind":"mismatch","reference":"([^"\\]+)","expected":"([^"\\]+)","actual":"([^"\\]*)"\}$/

/** The image that stopped an `up` (exit 67), from a line of its log; null for any other line. */
export function parseMismatch(line: string): ImageMismatch | null {
  const [, reference, expected, actual] = mismatchLine.exec(line) ?? []
  if (reference === undefined || expected === undefined || actual === undefined) return null
  return { reference, expected, actual }
}

/** What an `up` logs for an image that is another one than planned; an absent one has an empty `actual`. */
export function mismatchOf({ reference, expected, actual }: ImageMismatch): string {
  return `@pilothouse ${JSON.stringify({ kind: 'mismatch', reference, expected, actual })}`
}
