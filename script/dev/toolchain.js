// Runs on Node 20, before anything is installed: Node built-ins only.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'

export const repository = path.resolve(import.meta.dirname, '..', '..')
const nodeWanted = 24
const nodeInstalled = path.join(repository, 'node_modules', 'node', 'bin', 'node')

/**
 * @typedef {{ version?: string, integrity?: string, resolved?: string, link?: boolean, optional?: boolean,
 *   devOptional?: boolean, peer?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lockfile
 */

/**
 * What of a lockfile is not installed as locked. npm leaves out optional packages for other platforms, so
 * an absent optional package is no difference; a wrong or superfluous one is.
 *
 * @param {Lockfile} locked the repository's package-lock.json
 * @param {Lockfile} installed npm's own node_modules/.package-lock.json, written when an install has ended
 * @returns {string[]} paths such as `node_modules/zod`, sorted
 */
export function differences(locked, installed) {
  const wanted = locked.packages ?? {}
  const present = installed.packages ?? {}
  const names = new Set([...Object.keys(wanted), ...Object.keys(present)])
  names.delete('')
  return [...names].filter((name) => !sameInstall(wanted[name], present[name])).sort()
}

/**
 * @param {LockedPackage | undefined} wanted
 * @param {LockedPackage | undefined} present
 */
function sameInstall(wanted, present) {
  if (wanted === undefined) return false
  if (present === undefined) return wanted.optional === true || wanted.devOptional === true
  return wanted.version === present.version && wanted.integrity === present.integrity
}

/**
 * @param {string} file
 * @returns {Lockfile}
 */
function readLockfile(file) {
  return JSON.parse(readFileSync(file, 'utf8'))
}

/** Whether node_modules holds what package-lock.json says, Node 24 included. */
export function isInstalled() {
  const installed = path.join(repository, 'node_modules', '.package-lock.json')
  if (!existsSync(installed) || !existsSync(nodeInstalled)) return false
  return (
    differences(readLockfile(path.join(repository, 'package-lock.json')), readLockfile(installed)).length ===
    0
  )
}

/**
 * Installs what is missing with `npm ci`. Its output goes to stderr, so that a command's own stdout stays
 * clean. Ends the process, with npm's exit code and a hint, when that fails.
 */
export function ensureInstalled() {
  if (isInstalled()) return
  process.stderr.write('Installing what package-lock.json lists (once) …\n')
  const npm = process.env['npm_execpath']
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const [command, ...before] =
    npm !== undefined && npm.endsWith('npm-cli.js') ? [process.execPath, npm] : ['npm']
  const result = spawnSync(command, [...before, ...args], { cwd: repository, stdio: ['ignore', 2, 2] })
  if (result.status === 0 && existsSync(nodeInstalled)) return
  const reason =
    result.error?.message ?? (result.status === 0 ? 'Node 24 is missing after it' : `exit ${result.status}`)
  process.stderr.write(
    `npm ci did not succeed (${reason}). It needs the npm registry, write access to ${repository}, ` +
      'and install scripts allowed (no ignore-scripts in an .npmrc).\n',
  )
  process.exit(result.status || 1)
}

/**
 * The environment in which `node` and the installed tools are the repository's own.
 *
 * @param {NodeJS.ProcessEnv} environment
 * @returns {NodeJS.ProcessEnv}
 */
export function withToolsFirst(environment) {
  const own = [path.dirname(nodeInstalled), path.join(repository, 'node_modules', '.bin')]
  const rest = (environment['PATH'] ?? '')
    .split(path.delimiter)
    .filter((folder) => folder && !own.includes(folder))
  return { ...environment, PATH: [...own, ...rest].join(path.delimiter) }
}

/**
 * Runs a TypeScript entry point of this repository under Node 24 with this process's arguments, stdio,
 * signals and exit code, after installing what is missing. The entry runs when it is imported.
 *
 * @param {string} entry path from the repository's root
 */
export async function runEntry(entry) {
  ensureInstalled()
  const file = path.join(repository, entry)
  const args = process.argv.slice(2)
  process.env['PATH'] = withToolsFirst(process.env)['PATH']
  if (Number.parseInt(process.versions.node, 10) >= nodeWanted) {
    process.argv = [process.execPath, file, ...args]
    await import(pathToFileURL(file).href)
  } else {
    await passThrough(nodeInstalled, [file, ...args])
  }
}

/**
 * Runs a program as if it were this process: same stdio, signals handed on, and this process ends as it did.
 *
 * @param {string} program
 * @param {string[]} args
 */
export async function passThrough(program, args) {
  const child = spawn(program, args, { stdio: 'inherit' })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      // A terminal sends ^C to the whole foreground group: the child already has it.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  }
  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (...outcome) => resolve(outcome))
  })
  if (signal === null) process.exit(code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
