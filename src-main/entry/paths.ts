import { chmodSync, mkdirSync } from 'node:fs'
import path from 'node:path'

/** Where this user's Pilothouse keeps its files; every entry point uses these and no others. */
export interface Paths {
  /** Profiles and preferences. */
  readonly config: string
  /** What must not be lost: the embedded ledger, secrets where no keychain works. */
  readonly data: string
  /** Logs, locks and other traces of running processes. */
  readonly state: string
  /** What can be made again. */
  readonly cache: string
  /** The folder of PILOTHOUSE_HOME, or null where the system's usual places are used. */
  readonly home: string | null
}

/** What the places depend on; `home` is the user's home directory. */
export interface Machine {
  readonly platform: NodeJS.Platform
  readonly home: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** XDG base directories are absolute paths; the specification says to ignore others. */
function xdg(machine: Machine, variable: string, fallback: readonly string[]): string {
  const set = machine.env[variable]
  const base = set !== undefined && path.isAbsolute(set) ? set : path.posix.join(machine.home, ...fallback)
  return path.posix.join(base, 'pilothouse')
}

function under(root: string, kind: Pick<typeof path, 'join'>, home: string | null): Paths {
  return {
    config: kind.join(root, 'config'),
    data: kind.join(root, 'data'),
    state: kind.join(root, 'state'),
    cache: kind.join(root, 'cache'),
    home,
  }
}

/**
 * The places of this machine: PILOTHOUSE_HOME where it is set, else XDG on Linux and other Unixes,
 * `Application Support` on macOS, LOCALAPPDATA on Windows. Touches nothing.
 */
export function resolvePaths(machine: Machine): Paths {
  const own = machine.env['PILOTHOUSE_HOME']
  if (own !== undefined && own !== '') {
    const root = path.resolve(own)
    return under(root, path, root)
  }
  if (machine.platform === 'darwin') {
    return under(
      path.posix.join(machine.home, 'Library', 'Application Support', 'Pilothouse'),
      path.posix,
      null,
    )
  }
  if (machine.platform === 'win32') {
    const local = machine.env['LOCALAPPDATA'] ?? path.win32.join(machine.home, 'AppData', 'Local')
    return under(path.win32.join(local, 'Pilothouse'), path.win32, null)
  }
  return {
    config: xdg(machine, 'XDG_CONFIG_HOME', ['.config']),
    data: xdg(machine, 'XDG_DATA_HOME', ['.local', 'share']),
    state: xdg(machine, 'XDG_STATE_HOME', ['.local', 'state']),
    cache: xdg(machine, 'XDG_CACHE_HOME', ['.cache']),
    home: null,
  }
}

/** Makes the folders, readable by this user only; one that others could read is closed to them. */
export function preparePaths(paths: Paths): void {
  for (const folder of [paths.config, paths.data, paths.state, paths.cache]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
  }
}

/** Where the embedded ledger of these paths lives. */
export function embeddedHome(paths: Paths): string {
  return path.join(paths.data, 'ledger')
}
