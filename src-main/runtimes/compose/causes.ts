import type { CauseHint, CauseKey } from './words.ts'

/** A known cause of a failure: `key` names the texts `finding.cause_<key>` and `hint.compose_cause.<key>`. */
export interface Cause {
  readonly key: CauseKey
  /** The line that says so. */
  readonly line: string
}

/** What Docker, Compose, registries and kernels say, most telling first. */
const phrases: readonly (readonly [key: CauseKey, said: RegExp])[] = [
  ['disk_full', /no space left on device/i],
  ['port_taken', /port is already allocated|address already in use|ports are not available/i],
  ['name_taken', /container name .* is already in use/i],
  [
    'platform',
    /no matching manifest for|exec format error|does not match the (?:specified|detected) .*platform/i,
  ],
  ['registry_limit', /toomanyrequests|rate limit/i],
  ['registry_auth', /unauthorized|authentication required|no basic auth credentials/i],
  [
    'image_missing',
    /manifest (?:for .* )?(?:unknown|not found)|pull access denied|repository does not exist|no such image|: not found$|requested access to the resource is denied/i,
  ],
  [
    'registry_unreachable',
    /no such host|dial tcp|i\/o timeout|TLS handshake timeout|connection refused|Client\.Timeout|network is unreachable|temporary failure in name resolution/i,
  ],
  [
    'network_pool',
    /pool overlaps|address pools? (?:have been|has been|is) (?:fully subnetted|exhausted)|could not find an available/i,
  ],
  ['mount_missing', /bind source path does not exist|mounts denied|error mounting/i],
  ['command_not_found', /executable file not found|exec: .* no such file or directory/i],
  ['command_not_executable', /exec: .* permission denied/i],
  ['docker_down', /cannot connect to the docker daemon/i],
  [
    'document_refused',
    /additional propert|validating .*:|is invalid|unsupported (?:config|option)|must be a|undefined (?:volume|network|service)/i,
  ],
]

/** The first known cause that lines of output tell, by how telling it is; null where none does. */
export function causeIn(lines: readonly string[]): Cause | null {
  for (const [key, said] of phrases) {
    const line = lines.find((one) => said.test(one))
    if (line !== undefined) return { key, line: line.trim() }
  }
  return null
}

/**
 * What an exit code of a container says by convention: 126 and 127 of a shell or the runtime, 128 and a signal's
 * number above; null for a program's own.
 */
export function causeOfExit(exitCode: number): CauseHint | null {
  const known: Readonly<Record<number, CauseHint>> = {
    126: 'command_not_executable',
    127: 'command_not_found',
    132: 'illegal_instruction',
    134: 'aborted_itself',
    137: 'killed',
    139: 'memory_fault',
    143: 'terminated',
  }
  return known[exitCode] ?? null
}
