// Fetches Docker Compose 2 for the tests. Debian 12 packages Compose 1 only, later suites package 2.40, whose
// plugin is one static program. apt checks its signature; nothing is installed on the machine.
// Runs on Node 20, before anything is installed: Node built-ins only.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import process from 'node:process'
import { repository } from './toolchain.js'

const suites = ['forky', 'sid']
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const folder = path.join(repository, '.cache', 'compose-v2')
const plugin = path.join(folder, 'docker-compose')

function pluginVersion() {
  const { status, stdout } = spawnSync(plugin, ['version', '--short'], { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : undefined
}

/** The mirrors of Debian's main archive that this machine's apt uses, in its order. */
function mirrors() {
  const uris = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' })
  return [...new Set(uris.split('\n').filter((uri) => /\/debian\/?$/.test(uri)))]
}

/**
 * Downloads the package with lists and caches of its own below `work`.
 *
 * @param {string} work an empty folder
 * @param {string} mirror
 * @param {string} suite
 * @returns {string | undefined} the package's file, undefined if the mirror or suite has none
 */
function download(work, mirror, suite) {
  const sources = path.join(work, 'sources.list')
  for (const each of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(path.join(work, each), { recursive: true })
  writeFileSync(sources, `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`)
  writeFileSync(path.join(work, 'status'), '')
  const options = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${path.join(work, 'lists')}`,
    `Dir::State::status=${path.join(work, 'status')}`,
    `Dir::Cache=${path.join(work, 'cache')}`,
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=3',
  ].flatMap((option) => ['-o', option])
  for (const command of [['update'], ['download', 'docker-compose']]) {
    const { status } = spawnSync('apt-get', ['-qq', ...options, ...command], {
      cwd: work,
      stdio: ['ignore', 2, 2],
    })
    if (status !== 0) return undefined
  }
  const file = readdirSync(work).find((name) => name.endsWith('.deb'))
  return file === undefined ? undefined : path.join(work, file)
}

/**
 * @param {string} work
 * @returns {boolean} whether the plugin is there now
 */
function fetchInto(work) {
  for (const mirror of mirrors()) {
    for (const suite of suites) {
      const place = mkdtempSync(path.join(work, 'apt-'))
      const file = download(place, mirror, suite)
      if (file === undefined) continue
      execFileSync('dpkg-deb', ['--extract', file, path.join(place, 'tree')])
      const unpacked = path.join(place, 'tree/usr/libexec/docker/cli-plugins/docker-compose')
      if (!existsSync(unpacked)) continue
      chmodSync(unpacked, 0o755)
      renameSync(unpacked, plugin)
      return true
    }
  }
  return false
}

function main() {
  if (pluginVersion() !== undefined) return 0
  if (!['x64', 'arm64'].includes(process.arch) || !existsSync(keyring) || !existsSync('/usr/bin/apt-get')) {
    process.stderr.write(
      'Compose 2 is fetched on Debian (amd64, arm64) only; elsewhere install its plugin yourself.\n',
    )
    return 1
  }
  mkdirSync(folder, { recursive: true })
  const work = mkdtempSync(path.join(folder, 'work-'))
  try {
    fetchInto(work)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
  const version = pluginVersion()
  process.stderr.write(
    version === undefined ? 'Compose 2 could not be fetched.\n' : `Compose ${version} is in ${plugin}\n`,
  )
  return version === undefined ? 1 : 0
}

process.exitCode = main()
