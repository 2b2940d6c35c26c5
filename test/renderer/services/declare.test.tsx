/**
 * @vitest-environment jsdom
 */
import { cleanup, fireEvent, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { exampleFile } from '../../../src-renderer/views/services/declare/example.ts'
import { DeclarePage } from '../../../src-renderer/views/services/declare/DeclarePage.tsx'
import { isWholePath, readConfig } from '../../../src-renderer/views/services/declare/read.ts'
import { shown } from '../pages.tsx'
import type { Answers } from '../pages.tsx'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('a pilothouse.yaml', () => {
  it('is read as the file that the contract knows; the example is one', () => {
    const reading = readConfig(exampleFile)
    expect(reading.kind === 'read' && reading.file.services[0]?.variables['DB_PASSWORD']).toEqual({
      required: true,
      secret: true,
    })
    expect(readConfig(' \n')).toEqual({ kind: 'empty' })
  })

  it('is refused with line and column of each mistake', () => {
    const text = exampleFile
      .replace('runtime: compose', 'runtime: swarm')
      .replace('version: 1', 'version: 1\nowner: me')
    const reading = readConfig(text)
    const found = reading.kind === 'refused' ? reading.problems : []
    expect(found.map(({ line, path }) => [line, path])).toEqual(
      expect.arrayContaining([
        [11, 'targets.0.runtime'],
        [1, ''],
      ]),
    )
    expect(found.some(({ problem }) => problem.includes('owner'))).toBe(true)
  })

  it('is refused where it is no YAML, names a key twice, unfolds without end, or is too large', () => {
    expect(readConfig('version: [1').kind).toBe('refused')
    expect(readConfig('version: 1\nversion: 1')).toMatchObject({ kind: 'refused', problems: [{ line: 2 }] })
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...'bcdef'.split('').map((name, index) => {
        const before = 'abcdef'[index]
        return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(',')}]`
      }),
    ].join('\n')
    expect(readConfig(bomb).kind).toBe('refused')
    expect(readConfig(`# ${'x'.repeat(1024 * 1024)}`)).toEqual({ kind: 'too_large' })
  })

  it('counts its paths from a whole path', () => {
    expect(['/srv/shop', 'C:\\shop', 'shop', './shop', ''].map(isWholePath)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ])
  })
})

describe('declaring', () => {
  const ticket = '0198c0de-0000-7000-8000-0000000000f1'
  const changes = [
    { noun: 'service', name: 'web', action: 'create', fields: [] },
    {
      noun: 'policy',
      name: 'production',
      action: 'change',
      fields: [{ path: 'approvals', before: '1', after: '2' }],
    },
    { noun: 'stage', name: 'dev', action: 'unchanged', fields: [] },
  ]
  const answers: Answers = {
    'config.diff': () => changes,
    'config.apply': () => ({ changes, tickets: [ticket], position: '1:1' }),
  }
  const look = () => screen.findByRole('button', { name: 'See what it changes' })
  const type = (label: RegExp, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } })

  async function filled() {
    const stage = await shown(<DeclarePage />, answers, '/services/declare')
    fireEvent.click(await screen.findByRole('button', { name: 'Begin with an example' }))
    type(/Folder of the file/, '/srv/shop')
    return stage
  }

  it('looks at nothing before file and folder can be read', async () => {
    await shown(<DeclarePage />, answers, '/services/declare')
    expect((await look()).hasAttribute('disabled')).toBe(true)
    type(/pilothouse.yaml/, 'version: 2')
    expect(await screen.findByText('The file can’t be read')).toBeDefined()
    expect((await look()).hasAttribute('disabled')).toBe(true)
  })

  it('shows what changes first, applies exactly that, and links what waits for a second person', async () => {
    const stage = await filled()
    fireEvent.click(await look())
    expect(await screen.findByText('Policy of production')).toBeDefined()
    expect(screen.queryByText('Stage dev')).toBeNull()
    expect(stage.sent).toEqual([])
    fireEvent.click(screen.getByRole('button', { name: 'Apply it' }))
    const link = await screen.findByRole('link', { name: 'Ticket 0198c0de' })
    expect(link.getAttribute('href')).toBe(`#/inbox/${ticket}`)
    expect(stage.sent.map(({ procedure }) => procedure)).toEqual(['config.apply'])
    expect(stage.sent[0]?.input).toMatchObject({ directory: '/srv/shop', file: { project: 'shop' } })
  })

  it('does not apply what was changed after it was looked at', async () => {
    const stage = await filled()
    fireEvent.click(await look())
    await screen.findByText('Policy of production')
    type(/pilothouse.yaml/, exampleFile.replace('name: web', 'name: api'))
    expect(await screen.findByText(/The text has changed since/)).toBeDefined()
    const apply = screen.getByRole('button', { name: 'Apply it' })
    expect(apply.hasAttribute('disabled')).toBe(true)
    fireEvent.click(apply)
    expect(stage.sent).toEqual([])
  })
})
