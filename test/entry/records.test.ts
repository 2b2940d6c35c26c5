import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { exportedEvent } from '../../src-preload/contract/audit.ts'
import type { ExportedEvent } from '../../src-preload/contract/audit.ts'
import { anEvent, id } from './builders.ts'
import { aScene, inputsOf } from './engine.ts'
import { aTerminal, temporaryFolder } from './terminal.ts'
import { textWith } from './matchers.ts'

function anExport(): ExportedEvent[] {
  const event = anEvent()
  const { prev_hash } = event
  const fields = Object.fromEntries(Object.entries(event).filter(([key]) => !key.endsWith('hash')))
  const bytes = JSON.stringify(fields)
  const hash = createHash('sha256').update(Buffer.from(prev_hash, 'hex')).update(bytes).digest('hex')
  return [exportedEvent.parse({ event: { ...fields, prev_hash, hash }, bytes })]
}

describe('audit', () => {
  it('lists events with filters', async () => {
    const terminal = aTerminal()
    const { out } = await terminal.run('audit', 'list', '--actor', 'ada', '--action', 'release.applied')
    expect(out).toContain('release.applied  is applied and verified')
    expect(inputsOf(terminal.scene, 'audit.events')).toMatchObject([
      { actor: 'ada', action: 'release.applied' },
    ])
  })

  it('verify says that the record is whole', async () => {
    const { code, out } = await aTerminal().run('audit', 'verify')
    expect([code, out]).toEqual([0, '9 events in 2 chains: every chain is whole\n'])
  })

  it('verify names what is broken and ends with 5', async () => {
    const terminal = aTerminal()
    terminal.scene.broken = [{ resource_type: 'release', resource_id: id(1), seq: 3, problem: 'hash' }]
    const { code, out, err } = await terminal.run('audit', 'verify')
    expect([code, out]).toEqual([5, `9 events in 2 chains:\nbroken release ${id(1)} #3: hash\n`])
    expect(err).toContain('hint: The record is not what was written.')
    const asJson = await terminal.run('audit', 'verify', '--json')
    expect(JSON.parse(asJson.out)).toMatchObject({ broken: [{ seq: 3 }] })
    expect(JSON.parse(asJson.err)).toMatchObject({ error: { code: 'conflict', data: { broken: 1 } } })
  })

  it('export writes what verify --file then finds whole, without a connection', async () => {
    const file = path.join(temporaryFolder(), 'record.ndjson')
    const scene = aScene()
    scene.exported = anExport()
    const terminal = aTerminal({ scene })
    const written = await terminal.run('audit', 'export', '--project', 'web', '--out', file)
    expect([written.code, written.out]).toEqual([0, `Wrote ${file}: 1 events.\n`])
    expect(inputsOf(scene, 'audit.export')).toEqual([{ project: 'web' }])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const offline = aTerminal({ profile: false })
    const checked = await offline.run('audit', 'verify', '--file', file)
    expect([checked.code, checked.out]).toEqual([0, '1 events in 1 chains: every chain is whole\n'])
    expect(offline.assembled).toEqual([])
    expect((await terminal.run('audit', 'export', '--out', file)).code).toBe(5)
  })

  it('verify --file finds a changed line, and says where a line is none', async () => {
    const folder = temporaryFolder()
    const [line] = anExport()
    const forged = path.join(folder, 'forged.ndjson')
    writeFileSync(forged, `${JSON.stringify(line).replace('"actor":"ada"', '"actor":"eve"')}\n`)
    expect((await aTerminal().run('audit', 'verify', '--file', forged)).code).toBe(5)
    const torn = path.join(folder, 'torn.ndjson')
    writeFileSync(torn, `${JSON.stringify(line)}\n{"event"`)
    const { code, err } = await aTerminal().run('audit', 'verify', '--file', torn)
    expect([code, err]).toEqual([2, textWith('torn.ndjson:2: not a line of an export')])
    const absent = await aTerminal().run('audit', 'verify', '--file', path.join(folder, 'absent'))
    expect([absent.code, absent.err]).toEqual([2, textWith('ENOENT')])
  })

  it('export without a file is the lines themselves', async () => {
    const scene = aScene()
    scene.exported = anExport()
    const { out } = await aTerminal({ scene }).run('audit', 'export')
    expect(out).toBe(`${JSON.stringify(scene.exported[0])}\n`)
  })
})

describe('events', () => {
  it('come one a line, as text and as JSON', async () => {
    const terminal = aTerminal()
    expect((await terminal.run('events')).out).toBe(`900:2  releases  ${id(1)}\n`)
    const { out } = await terminal.run('events', '--after', '900:1', '--json')
    expect(JSON.parse(out)).toMatchObject({ position: '900:2' })
    expect(inputsOf(terminal.scene, 'events.watch')).toEqual([{}, { after: '900:1' }])
  })
})

describe('call', () => {
  it('calls any procedure with its own input and answers in JSON, streams line by line', async () => {
    const terminal = aTerminal({ piped: '{"release":"shop-7"}' })
    const got = await terminal.run('call', 'releases.get', '{"release":"shop-7"}')
    expect(JSON.parse(got.out)).toMatchObject({ label: 'shop-7' })
    expect(JSON.parse((await terminal.run('call', 'releases.get', '-')).out)).toMatchObject({
      label: 'shop-7',
    })
    expect(JSON.parse((await terminal.run('call', 'events.watch')).out)).toMatchObject({ position: '900:2' })
  })

  it.each([
    ['releases.nothing', '{}', 4, 'not_found'],
    ['constructor.name', '{}', 4, 'not_found'],
    ['releases.get', '{"release"', 2, 'validation_error'],
    ['releases.get', '{"release":7}', 2, 'validation_error'],
  ])('refuses %s with %s', async (procedure, input, code, error) => {
    const ran = await aTerminal().run('call', procedure, input)
    expect([ran.code, ran.out, ran.err]).toEqual([code, '', textWith(`error ${error}: `)])
  })
})

describe('the exported file', () => {
  it('is left as it is by a second export', async () => {
    const file = path.join(temporaryFolder(), 'record.ndjson')
    writeFileSync(file, 'mine')
    await aTerminal().run('audit', 'export', '--out', file)
    expect(readFileSync(file, 'utf8')).toBe('mine')
  })
})
