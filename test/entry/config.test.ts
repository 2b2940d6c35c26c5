import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { parseConfig } from '../../src-main/entry/commands/config.ts'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import { inputsOf } from './engine.ts'
import { aTerminal, temporaryFolder } from './terminal.ts'
import { anyText, textWith } from './matchers.ts'

const good = `version: 1
project: web
stages:
  - name: staging
  - name: production
    production: true
targets:
  - name: shop-prod
    stage: production
    runtime: compose
    host: ssh://deploy@h1.example:22
    host_key: SHA256:${'A'.repeat(43)}
    project: shop
services:
  - name: shop
    source: { directory: shop }
    variables:
      TAG: { required: true }
    releases_to:
      - target: shop-prod
`

const governed = good
  .replace(
    '    production: true\n',
    '    production: true\n    approvals:\n      - { kind: role, role: release-manager, minimum: 2 }\n      - { kind: service_team }\n',
  )
  .replace('  - name: shop\n', '  - name: shop\n    team: checkout\n')
  .replace(
    '      - target: shop-prod\n',
    '      - target: shop-prod\n        start: { time: "02:00", time_zone: Europe/Berlin }\n',
  )

function problemsOf(text: string): { path: string; problem: string }[] {
  try {
    parseConfig('p.yaml', text)
  } catch (error) {
    if (isPilothouseError(error)) return z.object({ problems }).parse(error.data).problems
    throw error
  }
  return []
}

const problems = z.array(z.object({ path: z.string(), problem: z.string() }))

describe('a pilothouse.yaml', () => {
  it('is read with the defaults of the schema', () => {
    expect(parseConfig('p.yaml', good)).toMatchObject({
      project: 'web',
      stages: [{ name: 'staging', preview_ttl_minutes: 30 }, { production: true }],
      targets: [{ name: 'shop-prod', allow: [] }],
      services: [
        { runtime: 'compose', releases_to: [{ strategy: 'rolling', on_failure: 'stop', retries: 2 }] },
      ],
    })
  })

  it.each([
    ['malformed YAML', good.replace('project: web', 'project: [web'), /^p\.yaml:\d+:\d+$/, /./],
    ['a key given twice', `${good}project: other\n`, /^p\.yaml:\d+:1$/, /unique/],
    ['an unknown field', good.replace('version: 1', 'version: 1\nsurprise: 2'), /^p\.yaml:1:1$/, /surprise/],
    [
      'a wrong type',
      good.replace('production: true', 'production: maybe'),
      /^p\.yaml:6:17 stages\.1\.production$/,
      /boolean/,
    ],
    ['a missing field', good.replace('    stage: production\n', ''), /^p\.yaml:8:5 targets\.0\.stage$/, /./],
    ['a bad name', good.replace('project: web', 'project: Web_1'), /^p\.yaml:2:10 project$/, /./],
    ['something that is no mapping', '- 1', /^p\.yaml:1:1$/, /object/],
    ['an empty file', '', /^p\.yaml:1:1$/, /object/],
    ['several documents', `${good}---\n${good}`, /^p\.yaml:\d+:\d+$/, /document/],
  ])('with %s is refused at its place', (_what, text, place, problem) => {
    const [first] = problemsOf(text)
    expect(first?.path).toMatch(place)
    expect(first?.problem).toMatch(problem)
  })

  it('says who approves, whose service it is, and when a release starts', () => {
    expect(parseConfig('p.yaml', governed)).toMatchObject({
      stages: [{}, { approvals: [{ kind: 'role', role: 'release-manager' }, { minimum: 1 }] }],
      services: [{ team: 'checkout', releases_to: [{ start: { time: '02:00' } }] }],
    })
    expect(problemsOf(governed.replace('02:00', '2:00')).length).toBeGreaterThan(0)
    expect(problemsOf(governed.replace('service_team', 'service_team, team: x'))[0]?.path).toMatch(
      /approvals\.1/,
    )
  })

  it('that would unfold into a bomb is refused without unfolding it', () => {
    const levels = Array.from({ length: 12 }, (_, level) =>
      level === 0
        ? 'a0: &a0 [x, x]'
        : `a${level}: &a${level} [${Array(9)
            .fill(`*a${level - 1}`)
            .join(', ')}]`,
    )
    expect(problemsOf(levels.join('\n'))).toEqual([{ path: 'p.yaml', problem: textWith('alias') }])
  })

  it('is refused where it is larger than any configuration', () => {
    expect(problemsOf(`${good}# ${'x'.repeat(1024 * 1024)}`)).toEqual([
      { path: 'p.yaml', problem: 'larger than 1 MiB' },
    ])
  })
})

describe('config', () => {
  function written(text: string): string {
    const folder = path.join(temporaryFolder(), 'shop')
    mkdirSync(folder)
    writeFileSync(path.join(folder, 'pilothouse.yaml'), text)
    return path.join(folder, 'pilothouse.yaml')
  }

  it('diff sends the file and its folder, and shows what would change', async () => {
    const file = written(good)
    const terminal = aTerminal()
    terminal.scene.changes = [
      { noun: 'stage', name: 'staging', action: 'unchanged', fields: [] },
      {
        noun: 'target',
        name: 'shop-prod',
        action: 'change',
        fields: [{ path: 'place.project', before: 'old', after: 'shop' }],
      },
      { noun: 'service', name: 'shop', action: 'create', fields: [] },
    ]
    const { code, out } = await terminal.run('config', 'diff', '-f', file)
    expect([code, out]).toEqual([0, '~ target shop-prod\n    place.project: old → shop\n+ service shop\n'])
    expect(inputsOf(terminal.scene, 'config.diff')).toMatchObject([
      { directory: path.dirname(file), file: { project: 'web' } },
    ])
  })

  it('apply says what it did, or that there was nothing to do', async () => {
    const terminal = aTerminal()
    terminal.scene.access.changeTicket = null
    const { code, out } = await terminal.run('config', 'apply', '--file', written(good))
    expect([code, out]).toEqual([0, 'Nothing changes.\nApplied.\n'])
    expect(inputsOf(terminal.scene, 'config.apply')).toMatchObject([{ command_id: anyText }])
  })

  it('apply names the tickets that wait for a second person', async () => {
    const terminal = aTerminal()
    const { out } = await terminal.run('config', 'apply', '-f', written(governed))
    expect(out).toContain('The policy waits for a second person: pilothouse inbox show 0198c0de-')
    expect(inputsOf(terminal.scene, 'config.apply')).toMatchObject([
      { file: { stages: [{}, { approvals: [{ kind: 'role', minimum: 2 }, { kind: 'service_team' }] }] } },
    ])
  })

  it.each([
    ['a file that is not there', () => '/nowhere/pilothouse.yaml', '--file: ENOENT'],
    ['a broken file', () => written('stages: ['), 'pilothouse.yaml:1:'],
  ])('refuses %s without calling anything', async (_what, file, problem) => {
    const terminal = aTerminal()
    const { code, err } = await terminal.run('config', 'apply', '-f', file())
    expect([code, err]).toEqual([2, textWith(problem)])
    expect(terminal.scene.calls).toEqual([])
  })
})
