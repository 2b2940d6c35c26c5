import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { differences, isInstalled, withToolsFirst } from '../../script/dev/toolchain.js'
import { repository } from './plantedTree.ts'

const run = promisify(execFile)
const environment = withToolsFirst(process.env)

describe('what is installed', () => {
  const zod = { version: '4.6.7', integrity: 'sha512-a' }
  const locked = {
    packages: { '': {}, 'node_modules/zod': zod, 'node_modules/mac': { ...zod, optional: true } },
  }

  test('is as locked, without optional packages of other platforms', () => {
    expect(differences(locked, { packages: { 'node_modules/zod': zod } })).toEqual([])
    expect(differences(locked, { packages: { 'node_modules/zod': zod, 'node_modules/mac': zod } })).toEqual(
      [],
    )
  })

  test('differs where a package is missing, another or superfluous', () => {
    expect(differences(locked, {})).toEqual(['node_modules/zod'])
    expect(differences(locked, { packages: { 'node_modules/zod': { ...zod, version: '3.0.0' } } })).toEqual([
      'node_modules/zod',
    ])
    expect(
      differences(locked, { packages: { 'node_modules/zod': { ...zod, integrity: 'sha512-b' } } }),
    ).toEqual(['node_modules/zod'])
    expect(differences(locked, { packages: { 'node_modules/zod': zod, 'node_modules/old': zod } })).toEqual([
      'node_modules/old',
    ])
  })

  test('in this repository is what the lockfile says', () => {
    expect(isInstalled()).toBe(true)
  })
})

describe('the tools', () => {
  test('of the repository come first on the PATH, once', () => {
    const folders = ['node_modules/node/bin', 'node_modules/.bin'].map((name) => path.join(repository, name))
    const searched = ['/usr/bin', ...folders, '/bin'].join(path.delimiter)
    expect(withToolsFirst({ PATH: searched, HOME: '/root' })).toEqual({
      PATH: [...folders, '/usr/bin', '/bin'].join(path.delimiter),
      HOME: '/root',
    })
  })

  test('are TypeScript 7 and Node 24', async () => {
    expect((await run('tsc', ['-v'], { env: environment })).stdout).toMatch(/^Version 7\./)
    expect((await run('node', ['-v'], { env: environment })).stdout).toMatch(/^v24\./)
  })
})

describe('a program that another Node hands over to', () => {
  let folder: string
  const toolchain = path.join(repository, 'script/dev/toolchain.js')

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-handover-'))
    await writeFile(
      path.join(folder, 'launcher.mjs'),
      `import { passThrough } from '${toolchain}'\nawait passThrough(process.execPath, process.argv.slice(2))\n`,
    )
  })

  afterAll(() => rm(folder, { recursive: true, force: true }))

  function launch(program: string): ReturnType<typeof spawn> {
    return spawn(process.execPath, [path.join(folder, 'launcher.mjs'), '-e', program, 'argument'])
  }

  test('gets stdin and arguments; its stdout, stderr and exit code are the launcher’s', async () => {
    const child = launch(
      `process.stdin.pipe(process.stdout); console.error(process.argv[1]); process.exitCode = 7`,
    )
    child.stdin?.end('hello')
    const outputs = Promise.all([child.stdout, child.stderr].map(async (each) => (each ? text(each) : '')))
    expect(await once(child, 'exit')).toEqual([7, null])
    expect(await outputs).toEqual(['hello', 'argument\n'])
  })

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('gets %s and may answer it', async (signal) => {
    const child = launch(
      `process.on('${signal}', () => process.exit(3)); setInterval(() => {}, 1000); console.log('ready')`,
    )
    if (child.stdout) await once(child.stdout, 'data')
    child.kill(signal)
    expect(await once(child, 'exit')).toEqual([3, null])
  })

  test('ends by a signal, and so does the launcher', async () => {
    const child = launch(`setInterval(() => {}, 1000); console.log('ready')`)
    if (child.stdout) await once(child.stdout, 'data')
    child.kill('SIGTERM')
    expect(await once(child, 'exit')).toEqual([null, 'SIGTERM'])
  })
})
