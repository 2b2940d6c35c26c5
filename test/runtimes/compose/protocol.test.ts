import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  argumentsOf,
  argvOf,
  bootstrap,
  bootstrapArgv,
  commandLine,
  exitCodes,
  imageLine,
  imageList,
  mismatchOf,
  parseBootstrapAnswer,
  parseFacts,
  parseFence,
  parseFollow,
  parseHealth,
  parseImages,
  parseMismatch,
  requestArgv,
  requestOf,
} from '../../../src-main/runtimes/compose/protocol.ts'
import type { HostRequest } from '../../../src-main/runtimes/compose/protocol.ts'

const hex = 'a'.repeat(64)
const path = `/var/lib/pilothouse/host/bin/pilothouse-host-${hex}`
const ledger = '0190a000-0000-7000-8000-000000000001'
const held = { project: 'web', job: 'job-1', ledger, fence: 7 }

const examples: readonly (readonly [HostRequest, string])[] = [
  [{ verb: 'facts' }, 'facts'],
  [{ verb: 'images', references: ['web:1', 'ghcr.io/a/b@sha256:1'] }, 'images web:1 ghcr.io/a/b@sha256:1'],
  [{ verb: 'ps', project: 'web' }, 'ps web'],
  [{ verb: 'logs', container: hex, lines: 50 }, `logs ${hex} 50`],
  [
    { verb: 'health', url: 'http://127.0.0.1:80/a?b=1&c=%20', timeout: 5 },
    'health http://127.0.0.1:80/a?b=1&c=%20 5',
  ],
  [{ verb: 'put', project: 'web', digest: hex, check: true }, `put web ${hex} check`],
  [{ verb: 'put', project: 'web', digest: hex, check: false }, `put web ${hex}`],
  [{ verb: 'fence', project: 'web', claim: null }, 'fence web'],
  [{ verb: 'fence', project: 'web', claim: { ledger, fence: 8 } }, `fence web ${ledger} 8`],
  [{ verb: 'config', ...held, document: hex }, `config web job-1 ${ledger} 7 ${hex}`],
  [{ verb: 'pull', ...held, images: hex }, `pull web job-1 ${ledger} 7 ${hex}`],
  [{ verb: 'up', ...held, document: hex, images: hex }, `up web job-1 ${ledger} 7 ${hex} ${hex}`],
  [{ verb: 'follow', project: 'web', job: 'job-1', offset: 0, wait: 20 }, 'follow web job-1 0 20'],
  [{ verb: 'stop', project: 'web', job: 'job-1' }, 'stop web job-1'],
  [{ verb: 'gc', project: 'web' }, 'gc web'],
]

describe('requests', () => {
  test.each(examples)('%j is sent as %s and read back', (request, words) => {
    expect(argumentsOf(request).join(' ')).toBe(words)
    expect(requestOf(words.split(' '))).toEqual(request)
  })

  test.each([
    { verb: 'ps', project: 'web; id' },
    { verb: 'ps', project: '' },
    { verb: 'images', references: ['--format'] },
    { verb: 'health', url: "http://a/'x", timeout: 5 },
    { verb: 'health', url: 'ftp://a/', timeout: 5 },
    { verb: 'logs', container: 'web-1', lines: 5 },
    { verb: 'follow', project: 'web', job: 'job', offset: 1.5, wait: 0 },
    { verb: 'fence', project: 'web', claim: { ledger, fence: 0 } },
  ] satisfies HostRequest[])('%j is never sent', (request) => {
    expect(() => argumentsOf(request)).toThrow()
  })

  test('words that are no request are none, whatever they are', () => {
    expect(requestOf([])).toBeNull()
    expect(requestOf(['sh', '-c', 'id'])).toBeNull()
    expect(requestOf(['logs', hex, '05'])).toBeNull()
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 8 }), (words) => {
        const request = requestOf(words)
        expect(request === null ? null : argumentsOf(request)).toEqual(request === null ? null : words)
      }),
    )
  })
})

describe('command lines', () => {
  test('every argument is quoted, so that no login shell reads anything into it', () => {
    expect(commandLine(requestArgv(path, { verb: 'health', url: 'http://a/?b&c', timeout: 5 }))).toBe(
      `'${path}' 'health' 'http://a/?b&c' '5'`,
    )
  })

  test('what could end a quote is refused', () => {
    expect(() => commandLine(["it's"])).toThrow(TypeError)
    expect(() => commandLine(['a\nb'])).toThrow(TypeError)
  })

  test('whoever serves the protocol gets the arguments back', () => {
    const word = fc.string({ unit: 'grapheme' }).filter((text) => !/['\p{Cc}]/u.test(text))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (argv) => {
        expect(argvOf(commandLine(argv))).toEqual(argv)
      }),
    )
    expect(argvOf('id')).toBeNull()
    expect(argvOf(`'a' && 'b'`)).toBeNull()
  })

  test('the bootstrap is one constant without quotes, and takes the digest as its argument', () => {
    expect(bootstrapArgv(hex)).toEqual(['/bin/sh', '-c', bootstrap, 'pilothouse', hex])
    expect(bootstrap).not.toMatch(/['\n]/)
    expect(() => bootstrapArgv('latest')).toThrow()
  })

  test('a script is only called where its path needs no care', () => {
    expect(parseBootstrapAnswer(`present ${path}\n`)).toEqual({ path, installed: false })
    expect(parseBootstrapAnswer(`installed ${path}\n`)).toEqual({ path, installed: true })
    expect(() => parseBootstrapAnswer(`present /home/a b/bin/pilothouse-host-${hex}\n`)).toThrow()
    expect(() => parseBootstrapAnswer(`Welcome!\npresent ${path}\n`)).toThrow()
  })
})

describe('answers', () => {
  const facts = {
    version: '1',
    root: '/var/lib/pilothouse/host',
    root_scope: 'host',
    uid: '0',
    os: 'Linux',
    arch: 'x86_64',
    clock: '1795230245',
    missing: '',
    docker: 'ok',
    docker_message: '',
    docker_version: '28.0.1',
    engine_id: 'AB:CD=',
    compose: 'v2',
    compose_version: '2.40.3',
    root_free_kib: '1000',
    docker_free_kib: '',
    http_tool: 'curl',
    hash_key: 'k',
  }
  const lines = (pairs: Record<string, string>): string =>
    Object.entries(pairs)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('')

  test('facts are read by key, also beside lines of a newer script', () => {
    expect(parseFacts(lines({ ...facts, newer: 'x' }))).toEqual({
      ...facts,
      version: 1,
      uid: 0,
      clock: 1795230245,
      root_free_kib: 1000,
      docker_free_kib: '',
    })
    expect(() => parseFacts(lines({ ...facts, docker: 'perhaps' }))).toThrow()
    expect(() => parseFacts('')).toThrow()
  })

  test('images tell what the host has of each reference', () => {
    const images = [
      { reference: 'web:1', image_id: `sha256:${hex}`, repo_digests: ['a@sha256:1', 'b@sha256:2'] },
      { reference: 'db:2', image_id: null, repo_digests: [] },
    ]
    const text = images.map(imageLine).join('')
    expect(text).toBe(`web:1 sha256:${hex} a@sha256:1,b@sha256:2\ndb:2 - -\n`)
    expect(parseImages(text)).toEqual(images)
    expect(() => parseImages('web:1\n')).toThrow()
  })

  test('the fence tells its ledger, its number and who holds the target', () => {
    expect(parseFence('fence none\njob none\n')).toEqual({ held: null, job: null })
    expect(parseFence(`fence ${ledger} 12\njob job-1\n`)).toEqual({
      held: { ledger, fence: 12 },
      job: 'job-1',
    })
    expect(() => parseFence(`fence ${ledger}\n`)).toThrow()
  })

  test('a followed job gives its state, its next offset and the bytes between', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
    expect(parseFollow(bytes('running 9\nfirst\nse'))).toEqual({
      state: { kind: 'running' },
      next: 9,
      log: bytes('first\nse'),
    })
    expect(parseFollow(bytes('done 9 75\n')).state).toEqual({
      kind: 'done',
      exit_code: exitCodes.fence_lower,
    })
    expect(parseFollow(bytes('lost 3\n')).state).toEqual({ kind: 'lost' })
    expect(parseFollow(bytes('absent 0\n')).state).toEqual({ kind: 'absent' })
    expect(() => parseFollow(bytes('done 9\n'))).toThrow()
    expect(() => parseFollow(bytes(''))).toThrow()
  })

  test('an HTTP answer keeps its body as it came', () => {
    expect(parseHealth('tool curl\nstatus 200\nline\n\nline\n')).toEqual({
      tool: 'curl',
      status: 200,
      body: 'line\n\nline\n',
    })
    expect(parseHealth('tool wget\nstatus 000\nrefused')).toMatchObject({ status: 0, body: 'refused' })
    expect(() => parseHealth('status 200\n')).toThrow()
  })

  test('a list of images is the same for the same images, in whatever order', () => {
    const images = [
      { reference: 'web:1', image_id: `sha256:${hex}` },
      { reference: 'db:2', image_id: null },
    ]
    expect(imageList(images)).toBe(`db:2=\nweb:1=sha256:${hex}\n`)
    expect(imageList([...images, ...images].reverse())).toBe(imageList(images))
    expect(() => imageList([{ reference: 'a=b', image_id: null }])).toThrow()
  })

  test('only the host script itself can say that an image is another one', () => {
    const mismatch = { reference: 'web:1', expected: `sha256:${hex}`, actual: '' }
    expect(parseMismatch(mismatchOf(mismatch))).toEqual(mismatch)
    expect(parseMismatch('@pilothouse {')).toBeNull()
    expect(parseMismatch(` ${mismatchOf(mismatch)}`)).toBeNull()
    expect(parseMismatch('working')).toBeNull()
  })
})
