import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureWindow } from '../../script/dev/window.ts'
import type { WindowBuild } from '../../script/dev/window.ts'

let root = ''
let builds = 0
let fails = false

function aBuild(): WindowBuild {
  return {
    root,
    sources: ['views', 'lock.json'],
    folder: path.join(root, 'out', 'window'),
    build: async (into) => {
      builds += 1
      await mkdir(into, { recursive: true })
      await writeFile(path.join(into, 'index.html'), `build ${builds}`)
      if (fails) throw new Error('The window could not be built: a mistake in views/list.tsx')
    },
  }
}

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'pilothouse-window-'))
  builds = 0
  fails = false
  await mkdir(path.join(root, 'views', 'deep'), { recursive: true })
  await writeFile(path.join(root, 'views', 'deep', 'list.tsx'), 'one')
  await writeFile(path.join(root, 'lock.json'), '{}')
})
afterEach(() => rm(root, { recursive: true, force: true }))

const served = async () => readFile(path.join(await ensureWindow(aBuild()), 'index.html'), 'utf8')

describe('the window', () => {
  it('is built when it is missing, and left alone while its sources are as they were', async () => {
    expect([await served(), await served(), builds]).toEqual(['build 1', 'build 1', 1])
  })

  it('is built again when a source changes, goes or comes, however deep', async () => {
    await served()
    await writeFile(path.join(root, 'views', 'deep', 'list.tsx'), 'two')
    expect(await served()).toBe('build 2')
    await writeFile(path.join(root, 'views', 'more.tsx'), '')
    expect(await served()).toBe('build 3')
    await rm(path.join(root, 'views', 'more.tsx'))
    expect(await served()).toBe('build 4')
  })

  it('is built again when the installed packages change or somebody removed it', async () => {
    await served()
    await writeFile(path.join(root, 'lock.json'), '{"changed":true}')
    expect(await served()).toBe('build 2')
    await rm(path.join(root, 'out', 'window'), { recursive: true })
    expect(await served()).toBe('build 3')
  })

  it('stays as it was when building fails, which is said and tried again', async () => {
    await served()
    fails = true
    await writeFile(path.join(root, 'views', 'deep', 'list.tsx'), 'two')
    await expect(served()).rejects.toThrow('a mistake in views/list.tsx')
    expect(await readFile(path.join(root, 'out', 'window', 'index.html'), 'utf8')).toBe('build 1')
    fails = false
    expect(await served()).toBe('build 3')
  })
})
