/**
 * @vitest-environment jsdom
 */
import { cleanup, fireEvent, screen, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Route } from 'wouter'
import type { Grant } from '../../../src-preload/contract/members.ts'
import type { Release } from '../../../src-preload/contract/releases.ts'
import type { Permission } from '../../../src-preload/contract/vocabulary.ts'
import { useRuns } from '../../../src-renderer/state/runs.ts'
import { failing } from '../../../src-renderer/transport/failure.ts'
import { ReleasePage } from '../../../src-renderer/views/releases/one/ReleasePage.tsx'
import { aComparison, aMember, aPlan, aPlanTicket, aReader, aRelease, shop } from '../inbox/tickets.ts'
import { shown } from '../pages.tsx'
import type { Answers } from '../pages.tsx'

afterEach(() => {
  cleanup()
  useRuns.setState({ runs: {} })
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const grant = (permission: Permission): Grant => ({ permission, runtime: '*', project_id: shop })
const carol = {
  login: 'carol',
  person: 'Carol',
  runtimes: ['compose'],
  seen_at: '2026-03-01T11:59:00Z',
  online: true,
}

async function open(release: Release, permissions: readonly Permission[], more: Answers = {}) {
  const stage = await shown(
    <Route path="/releases/:release">
      <ReleasePage />
    </Route>,
    {
      'members.me': () => aReader(aMember('alice'), permissions.map(grant)),
      'releases.get': () => release,
      'releases.show_preview': () => aPlan(),
      'releases.compare': () => aComparison(),
      'releases.executors': () => [],
      'releases.steps': () => [],
      'releases.diagnostics': () => [],
      'access.freezes': () => [],
      'inbox.list': () => ({
        tickets: [aPlanTicket({ id: release.approval_ticket ?? aPlanTicket().id })],
        stats: { pending: 1, overdue: 0, expiring: 0 },
      }),
      ...more,
    },
    `/releases/${release.label}`,
  )
  await screen.findByRole('heading', { level: 1, name: release.label })
  return stage
}

describe('a release that waits for approval', () => {
  it('says who may approve, links its ticket, and is not recorded as looking at that', async () => {
    const stage = await open(aRelease(), ['release:read'])
    expect(
      await screen.findByText('1 approval by anybody who may approve, except who asked (Bob)'),
    ).toBeDefined()
    expect(screen.getByRole('link', { name: 'To its ticket' }).getAttribute('href')).toBe(
      `#/inbox/${aRelease().approval_ticket}`,
    )
    expect(stage.sent).toEqual([])
  })

  it('names the permissions that are lacking', async () => {
    await open(aRelease(), ['release:read'])
    expect(await screen.findByText(/You lack: release:preview, release:apply/)).toBeDefined()
  })

  it('warns of every object of which the claimed diff says something else', async () => {
    await open(aRelease(), [], {
      'releases.compare': () => aComparison({ claim_differs: [{ kind: 'service', name: 'backdoor' }] }),
    })
    expect((await screen.findByRole('alert')).textContent).toContain('service backdoor')
  })
})

describe('an approved release', () => {
  const approved = aRelease({ lifecycle_state: 'approved', approved_until: null })

  it('says aloud that nobody is there to start it', async () => {
    await open(approved, ['release:apply'])
    expect((await screen.findByRole('alert')).textContent).toContain('No executor is online')
  })

  it('names who would start it', async () => {
    await open(approved, ['release:apply'], { 'releases.executors': () => [carol] })
    expect(await screen.findByText('Carried out by the desktop of: Carol')).toBeDefined()
    expect(screen.queryByText(/No executor is online/)).toBeNull()
  })

  it('is started after its hash was confirmed; a refusal stands on the page with what to do', async () => {
    const stage = await open(approved, ['release:apply'], {
      'releases.start': () => {
        throw failing('target_frozen', {
          stage: 'production',
          reason: 'holidays',
          until: '2026-03-02T00:00:00Z',
        })
      },
    })
    fireEvent.click(await screen.findByRole('button', { name: 'Start' }))
    const dialog = within(await screen.findByRole('dialog'))
    expect(stage.sent).toEqual([])
    fireEvent.click(dialog.getByRole('button', { name: 'Start · dddddddddddd' }))
    expect(await screen.findByText(/ask who declared the freeze: holidays/)).toBeDefined()
    expect(stage.sent).toEqual([{ procedure: 'releases.start', input: { release: approved.id } }])
  })

  it('can’t be started before its time, and says why', async () => {
    const start = { rule: { time: '22:00', time_zone: 'Europe/Berlin' }, due_at: '2999-01-01T21:00:00Z' }
    const stage = await open(aRelease({ ...approved, start }), ['release:apply'])
    fireEvent.click(await screen.findByRole('button', { name: 'Start' }))
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(await screen.findByText(/Starts by itself at 22:00 \(Europe\/Berlin\)/)).toBeDefined()
    expect(stage.sent).toEqual([])
  })
})

describe('breaking glass', () => {
  it('sends nothing without a reason and a link', async () => {
    const stage = await open(aRelease(), ['release:break_glass'], {
      'releases.break_glass': () => ({ release: aRelease(), position: '1:1' }),
    })
    fireEvent.click(await screen.findByRole('button', { name: 'Break glass' }))
    const dialog = within(await screen.findByRole('dialog'))
    fireEvent.click(dialog.getByRole('button', { name: 'Break glass' }))
    expect(await dialog.findByText('Say why it can’t wait.')).toBeDefined()
    expect(stage.sent).toEqual([])
    fireEvent.change(dialog.getByLabelText(/Why it can’t wait/), { target: { value: 'shop is down' } })
    fireEvent.change(dialog.getByLabelText(/Link to the incident/), {
      target: { value: 'https://incidents.example/9' },
    })
    fireEvent.click(dialog.getByRole('button', { name: 'Break glass' }))
    await vi.waitFor(() => expect(stage.sent).toHaveLength(1))
    expect(stage.sent[0]?.input).toMatchObject({
      reason: 'shop is down',
      incident_link: 'https://incidents.example/9',
    })
  })
})

describe('a run that ends', () => {
  it('leads nobody away from its steps, and one that fails leads to its diagnosis', async () => {
    const running = aRelease({ lifecycle_state: 'applying', run: 'running' })
    const stage = await open(running, [])
    expect((await screen.findByRole('tab', { name: 'Steps' })).getAttribute('aria-selected')).toBe('true')
    await stage.change({ 'releases.get': () => aRelease({ lifecycle_state: 'applied' }) })
    await screen.findByText('applied')
    expect(screen.getByRole('tab', { name: 'Steps' }).getAttribute('aria-selected')).toBe('true')
    await stage.change({ 'releases.get': () => aRelease({ lifecycle_state: 'failed' }) })
    await screen.findByText('failed')
    expect(screen.getByRole('tab', { name: 'Diagnosis' }).getAttribute('aria-selected')).toBe('true')
  })
})
