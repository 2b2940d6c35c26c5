/**
 * @vitest-environment jsdom
 */
import { cleanup, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Route, Switch } from 'wouter'
import type { Preview, Release } from '../../../src-preload/contract/releases.ts'
import { failing } from '../../../src-renderer/transport/failure.ts'
import { FormPage } from '../../../src-renderer/views/releases/plan/FormPage.tsx'
import { PlanPage } from '../../../src-renderer/views/releases/plan/PlanPage.tsx'
import { aService, aTarget } from '../builders.ts'
import { aMember, aPlan, aReader, aRelease, hash, shop } from '../inbox/tickets.ts'
import { shown } from '../pages.tsx'
import type { Answers } from '../pages.tsx'

afterEach(() => {
  cleanup()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

const grants = (['release:preview', 'release:apply'] as const).map((permission) => ({
  permission,
  runtime: '*' as const,
  project_id: shop,
}))
const alice = aReader(aMember('alice'), grants)
const soon = () => new Date(Date.now() + 60_000).toISOString()
const planned = (changes: Partial<Preview> = {}) => aPlan({ expires_at: soon(), ...changes })

function pages() {
  return (
    <Switch>
      <Route path="/releases/new" component={FormPage} />
      <Route path="/releases/:release/plan" component={PlanPage} />
      <Route path="/releases/:release">{({ release }) => <p>page of {release}</p>}</Route>
    </Switch>
  )
}

function engine(release: Release, plan: () => Preview, more: Answers = {}): Answers {
  return {
    'members.me': () => alice,
    'releases.get': () => release,
    'releases.show_preview': plan,
    'services.list': () => [aService()],
    'targets.list': () => [aTarget()],
    'access.policies': () => [],
    ...more,
  }
}

const release = aRelease({ lifecycle_state: 'preview', approval_ticket: null })
const button = (name: RegExp | string) => screen.findByRole('button', { name })
const open = (answers: Answers) => shown(pages(), answers, '/releases/web-7/plan')

async function confirm(): Promise<void> {
  fireEvent.click(await button('Ask for it'))
  const dialog = within(await screen.findByRole('dialog'))
  fireEvent.click(await dialog.findByRole('button', { name: /^Ask for it/ }))
}

describe('asking for a plan', () => {
  it('names exactly the plan that was read, after its hash was shown', async () => {
    const plan = planned({ context_hash: hash('f') })
    const stage = await open(
      engine(release, () => plan, {
        'releases.request_apply': () => ({ release, position: '1:1' }),
      }),
    )
    fireEvent.click(await button('Ask for it'))
    const dialog = within(await screen.findByRole('dialog'))
    expect(stage.sent).toEqual([])
    fireEvent.click(await dialog.findByRole('button', { name: 'Ask for it · ffffffffffff' }))
    await screen.findByText('page of web-7')
    expect(stage.sent.map(({ procedure }) => procedure)).toEqual(['releases.request_apply'])
    expect(stage.sent[0]?.input).toMatchObject({
      release: release.id,
      preview_ref: plan.preview_ref,
      context_hash: hash('f'),
      source: 'desktop',
    })
  })

  it('is not possible once it is too old, or while a check fails', async () => {
    await open(engine(release, () => planned({ expires_at: '2026-03-01T10:30:00Z' })))
    expect(await screen.findByText(/too old to be asked for/)).toBeDefined()
    expect((await button('Ask for it')).hasAttribute('disabled')).toBe(true)
    cleanup()
    const failing = {
      key: 'x',
      severity: 'error' as const,
      message: { text: 'check.host_docker', params: {} },
    }
    await open(engine(release, () => planned({ checks: [failing] })))
    expect(await screen.findByText(/1 check fails/)).toBeDefined()
    expect((await button('Ask for it')).hasAttribute('disabled')).toBe(true)
  })
})

describe('a plan that somebody replaces while it is being asked for', () => {
  it('closes the question and says so; nothing was asked for', async () => {
    const [old, theirs] = [planned({ context_hash: hash('1') }), planned({ context_hash: hash('3') })]
    const stage = await open(engine(release, () => old))
    fireEvent.click(await button('Ask for it'))
    await screen.findByRole('dialog')
    await stage.change({ 'releases.show_preview': () => theirs })
    await screen.findByText('333333333333')
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(screen.getByRole('alert').textContent).toContain('Nothing was asked for.')
    expect(stage.sent).toEqual([])
  })
})

describe('a plan that was refused as stale', () => {
  it('is planned again by itself, and the new one has to be read and asked for anew', async () => {
    const [old, fresh] = [planned({ context_hash: hash('1') }), planned({ context_hash: hash('2') })]
    let current = old
    const stage = await open(
      engine(release, () => current, {
        'releases.request_apply': () => {
          throw failing('preview_expired', { expired_at: '2026-03-01T10:30:00Z' })
        },
        'releases.preview': () => {
          current = fresh
          return { release, preview: fresh, position: '1:2' }
        },
      }),
    )
    await confirm()
    expect((await screen.findByRole('alert')).textContent).toContain('The plan had become too old.')
    await screen.findByText('222222222222')
    expect(screen.queryByRole('dialog')).toBeNull()
    expect(stage.sent.map(({ procedure }) => procedure)).toEqual([
      'releases.request_apply',
      'releases.preview',
    ])
    expect(stage.sent[1]?.input).toMatchObject({ release: release.id, secrets: {} })
  })

  it('is only read anew where somebody else planned meanwhile', async () => {
    const [old, theirs] = [planned({ context_hash: hash('1') }), planned({ context_hash: hash('3') })]
    let current = old
    const stage = await open(
      engine(release, () => current, {
        'releases.request_apply': () => {
          current = theirs
          throw failing('preview_mismatch', { differs: ['document_digest'] })
        },
      }),
    )
    await confirm()
    await screen.findByText('333333333333')
    expect(stage.sent.map(({ procedure }) => procedure)).toEqual(['releases.request_apply'])
  })

  it('leads on to the form where planning it again needs something', async () => {
    const plan = planned()
    await open(
      engine(release, () => plan, {
        'releases.request_apply': () => {
          throw failing('preview_expired', { expired_at: '2026-03-01T10:30:00Z' })
        },
        'releases.preview': () => {
          throw failing('variable_missing', { variables: ['DB_PASSWORD'] })
        },
      }),
    )
    await confirm()
    const failure = await screen.findByText(/needs variables that were not given: DB_PASSWORD/)
    expect(failure).toBeDefined()
    expect(screen.getAllByRole('link', { name: 'Change the form' })[0]?.getAttribute('href')).toBe(
      '#/releases/new?release=web-7',
    )
  })

  it('that was refused for another reason stays an error beside what was asked', async () => {
    await open(
      engine(release, () => planned(), {
        'releases.request_apply': () => {
          throw failing('permission_denied', { permission: 'release:apply', grantors: ['Carol'] })
        },
      }),
    )
    await confirm()
    const dialog = within(await screen.findByRole('dialog'))
    expect((await dialog.findByRole('alert')).textContent).toContain('Carol')
  })

  it('that was never made leads to the form', async () => {
    await open(
      engine(release, () => {
        throw failing('preview_required', { release: 'web-7' })
      }),
    )
    expect(await screen.findByRole('heading', { level: 1, name: 'Plan web-7 again' })).toBeDefined()
  })
})

describe('the form', () => {
  const openForm = (more: Answers = {}) =>
    shown(
      pages(),
      engine(release, () => planned(), more),
      '/releases/new?service=web',
    )

  it('marks what is missing and plans nothing', async () => {
    const stage = await openForm()
    fireEvent.click(await button('Plan it'))
    expect((await screen.findAllByText('The service needs it.')).length).toBe(2)
    expect(stage.sent).toEqual([])
  })

  it('plans with what was typed, and leads to reading the plan', async () => {
    const stage = await openForm({
      'releases.preview': () => ({ release, preview: planned(), position: '1:1' }),
    })
    fireEvent.change(await screen.findByLabelText(/TAG/), { target: { value: '1.5' } })
    fireEvent.change(screen.getByLabelText(/DB_PASSWORD/, { selector: 'input' }), {
      target: { value: 'swordfish' },
    })
    fireEvent.click(await button('Plan it'))
    expect(await screen.findByRole('heading', { level: 1, name: 'The plan of web-7' })).toBeDefined()
    expect(stage.sent[0]?.input).toMatchObject({
      variables: { TAG: '1.5' },
      secrets: { DB_PASSWORD: 'swordfish' },
    })
    expect(JSON.stringify({ ...sessionStorage })).not.toContain('swordfish')
  })

  it('keeps what was typed when planning fails or the page is left', async () => {
    await openForm({
      'releases.preview': () => {
        throw failing('ssh_unreachable', { host: 'shop.example' })
      },
    })
    fireEvent.change(await screen.findByLabelText(/TAG/), { target: { value: '1.5' } })
    fireEvent.change(screen.getByLabelText(/DB_PASSWORD/, { selector: 'input' }), {
      target: { value: 'swordfish' },
    })
    fireEvent.click(await button('Plan it'))
    await screen.findByText('The host does not answer over SSH.')
    window.location.hash = '/releases/web-7'
    await screen.findByText('page of web-7')
    window.location.hash = '/releases/new?service=web'
    await waitFor(() => expect(screen.getByLabelText<HTMLInputElement>(/TAG/).value).toBe('1.5'))
  })
})
