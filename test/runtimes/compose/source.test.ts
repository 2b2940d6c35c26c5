import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fileCap, openSource } from '../../../src-main/runtimes/compose/source.ts'
import { failureOf } from './composeParts.ts'

let around = ''
const inside = (name: string): string => path.join(around, 'source', name)

beforeAll(async () => {
  around = await mkdtemp(path.join(tmpdir(), 'source-'))
  await mkdir(inside('sub'), { recursive: true })
  await writeFile(path.join(around, 'secret'), 'outside')
  await writeFile(inside('a.txt'), 'text')
  await writeFile(inside('..odd'), 'dots')
  await writeFile(inside('binary'), new Uint8Array([0xff, 0xfe]))
  await writeFile(inside('full'), 'x'.repeat(fileCap))
  await writeFile(inside('large'), 'x'.repeat(fileCap + 1))
  await symlink('a.txt', inside('link'))
  await symlink('../secret', inside('escape'))
  await symlink('..', inside('up'))
  execFileSync('mkfifo', [inside('pipe')])
})
afterAll(async () => rm(around, { recursive: true, force: true }))

describe('a source directory', () => {
  it.each([
    ['a.txt', 'text'],
    ['sub/../a.txt', 'text'],
    ['link', 'text'],
    ['..odd', 'dots'],
    ['gone', null],
    ['a.txt/below', null],
  ])('reads %s', async (name, expected) => {
    expect(await (await openSource(inside(''))).read(name)).toBe(expected)
  })

  it.each(['../secret', 'sub/../../secret', 'escape', 'up/secret', '/etc/hostname'])(
    'does not read %s, which leads outside',
    async (name) => {
      const source = await openSource(inside(''))
      const failure = await failureOf(() => source.read(name))
      expect([failure.code, failure.hint]).toEqual(['render_failed', 'hint.render_failed.outside'])
    },
  )

  it.each([
    ['sub', 'not a file'],
    ['pipe', 'not a file'],
    ['binary', 'not UTF-8 text'],
  ])('says what is wrong with %s: %s', async (name, problem) => {
    const source = await openSource(inside(''))
    expect((await failureOf(() => source.read(name))).data).toMatchObject({ path: name, problem })
  })

  it('reads files up to the cap and refuses larger ones with their size', async () => {
    const source = await openSource(inside(''))
    expect((await source.read('full'))?.length).toBe(fileCap)
    const failure = await failureOf(() => source.read('large'))
    expect([failure.code, failure.data]).toEqual([
      'document_too_large',
      { path: 'large', bytes: fileCap + 1, cap: fileCap },
    ])
  })

  it('that is not there is said', async () => {
    expect((await failureOf(() => openSource(inside('none')))).data).toMatchObject({
      problem: 'the source directory does not exist',
    })
  })
})
