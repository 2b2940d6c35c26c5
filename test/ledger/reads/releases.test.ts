import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sha256 } from '../../../src-main/lifecycle/canonical.ts'
import { releaseId } from '../../../src-preload/contract/vocabulary.ts'
import type { ReleaseId } from '../../../src-preload/contract/vocabulary.ts'
import { governed } from '../../security/governed.ts'
import type { Governed } from '../../security/governed.ts'
import { apply, approve, askFor, fail, planCommand } from '../../security/twoProjects.ts'

describe('the releases that a member reads', () => {
  let world: Governed
  beforeAll(async () => {
    world = await governed()
  })
  afterAll(() => world.ledger.close())

  it('come newest first, page by page, none twice and none left out', async () => {
    const { vera } = world
    const seen: string[] = []
    let before: ReleaseId | undefined
    for (;;) {
      const page = await vera.reads.releases({ limit: 1, before })
      if (page[0] === undefined) break
      seen.push(page[0].label)
      before = page[0].id
    }
    expect(seen).toEqual(['shop-web-4', 'shop-web-3', 'shop-web-2', 'shop-web-1'])
    expect((await vera.reads.releases({ limit: 3 })).map(({ label }) => label)).toEqual(seen.slice(0, 3))
  })

  it('are told apart in a page even where they were made at the same instant', async () => {
    const { admin } = world.ledger
    const { rows } = await admin.query<{ at: string }>(
      'SELECT max(created_at)::text AS at FROM pilothouse.releases WHERE project_id = $1',
      [world.shop.id],
    )
    await admin.query(`ALTER TABLE pilothouse.releases DISABLE TRIGGER guard`)
    await admin.query('UPDATE pilothouse.releases SET created_at = $1 WHERE project_id = $2', [
      rows[0]?.at,
      world.shop.id,
    ])
    await admin.query(`ALTER TABLE pilothouse.releases ENABLE TRIGGER guard`)
    const all = (await world.vera.reads.releases({ limit: 10 })).map(({ id }) => id)
    const [first, second, third, fourth] = all
    expect(await world.vera.reads.releases({ limit: 10, before: second })).toMatchObject([
      { id: third },
      { id: fourth },
    ])
    expect(await world.vera.reads.releases({ limit: 10, before: first })).toHaveLength(3)
    expect(await world.vera.reads.releases({ limit: 10, before: fourth })).toEqual([])
  })

  it('can be asked for by state, service, target and project', async () => {
    const { reads } = world.vera
    const states = (await reads.releases({ state: 'pending_approval', limit: 10 })).map(({ label }) => label)
    expect(states).toEqual(['shop-web-2'])
    expect(
      await reads.releases({ service: 'shop-web', target: 'main', project: 'shop', limit: 10 }),
    ).toHaveLength(4)
    expect(await reads.releases({ state: 'failed', limit: 10 })).toEqual([])
    for (const filter of [{ service: 'bank-web' }, { project: 'bank' }, { target: 'nowhere' }])
      await expect(reads.releases({ ...filter, limit: 10 })).rejects.toMatchObject({ code: 'not_found' })
    await expect(reads.releases({ before: world.foreign.release_id, limit: 1 })).rejects.toMatchObject({
      code: 'release_not_found',
    })
  })

  it('are found by id and by label, and otherwise said to be missing', async () => {
    const { reads } = world.vera
    const { applied, foreign } = world
    const byLabel = await reads.release('shop-web-1')
    expect(await reads.release(applied.release_id)).toEqual(byLabel)
    expect(byLabel).toMatchObject({
      id: applied.release_id,
      lifecycle_state: 'applied',
      run: 'idle',
      project: 'shop',
      service: { name: 'shop-web' },
      target: { name: 'main', stage: 'production' },
      approval_required: true,
      approval_ticket: applied.ticket,
      document_digest: applied.plan.document_digest,
      created_by: world.alice.login,
      attempts: 1,
      fence: 1,
    })
    for (const reference of ['shop-web-99', 'bank-web-1', foreign.release_id, randomUUID(), '%', ''])
      await expect(reads.release(reference)).rejects.toMatchObject({ code: 'release_not_found' })
  })

  it('say that nobody knows what a run does whose lease has lapsed', async () => {
    const { alice, approved, ledger } = world
    const { plan, release_id, revision } = approved
    await alice.ledger.takeLease({
      release_id,
      seen_revision: revision,
      document_digest: plan.document_digest,
      live_base_digest: plan.live_base_digest,
      drifted: [],
      observed_fence: 0,
      lease_seconds: 600,
    })
    expect(await alice.reads.release(release_id)).toMatchObject({
      lifecycle_state: 'applying',
      run: 'running',
    })
    expect(await alice.reads.targets()).toMatchObject([{ locked_by: alice.login }])
    await ledger.admin.query('UPDATE pilothouse.releases SET lease_until = clock_timestamp() WHERE id = $1', [
      release_id,
    ])
    expect(await alice.reads.release(release_id)).toMatchObject({
      lifecycle_state: 'applying',
      run: 'unknown',
    })
    expect(await alice.reads.targets()).toMatchObject([{ locked_by: alice.login }])
  })
})

describe('the plans and runs that a member reads', () => {
  let world: Governed
  beforeAll(async () => {
    world = await governed()
  })
  afterAll(() => world.ledger.close())

  it('are the current plan, whole, and whether it still holds', async () => {
    const { vera, planned, ledger } = world
    const { plan } = planned
    const found = await vera.reads.preview(plan.release_id)
    expect(found).toMatchObject({
      preview_ref: plan.preview_ref,
      context_hash: sha256(plan.context),
      document_digest: plan.document_digest,
      diff: plan.diff,
      live_base: plan.live_base,
      images: plan.images,
      policy: {
        required: true,
        rules: [{ role: null, team: null, minimum: 1, candidates: ['Bob'] }],
        solo: false,
      },
      claimed_by: world.alice.login,
      valid: true,
    })
    await ledger.admin.query(
      'UPDATE pilothouse.previews SET expires_at = clock_timestamp() WHERE preview_ref = $1',
      [plan.preview_ref],
    )
    const later = await vera.reads.preview(plan.release_id)
    expect(later).toEqual({ ...found, valid: false, expires_at: later?.expires_at })
    await expect(vera.reads.preview(releaseId.parse(randomUUID()))).rejects.toMatchObject({
      code: 'release_not_found',
    })
  })

  it('are the newest plan after planning again', async () => {
    const { alice, shop, planned, applied } = world
    const again = planCommand(shop, {
      id: planned.plan.release_id,
      seen: planned.answer.revision,
      image: 'web:5',
      previous: applied.plan.document_digest,
    })
    await alice.ledger.recordPreview(again)
    expect(await alice.reads.preview(again.release_id)).toMatchObject({
      preview_ref: again.preview_ref,
      valid: true,
    })
  })

  it('are the very bytes of a document, for those who see a plan with it', async () => {
    const { vera, mallory, planned } = world
    const { document, document_digest } = planned.plan
    expect(Buffer.from(await vera.reads.document(document_digest)).equals(document)).toBe(true)
    await expect(mallory.reads.document(document_digest)).rejects.toMatchObject({ code: 'not_found' })
    await expect(vera.reads.document(sha256('nothing'))).rejects.toMatchObject({ code: 'not_found' })
  })

  it('are what each run left: steps, output and findings', async () => {
    const { vera, mallory, applied } = world
    const { release_id: id } = applied
    expect(await vera.reads.steps(id)).toMatchObject([
      { attempt: 1, index: 0, key: 'up', status: 'succeeded', fence: 1 },
    ])
    expect(await vera.reads.logs(id)).toMatchObject([
      { attempt: 1, step: 'up', text: 'Container web started' },
    ])
    expect(await vera.reads.diagnostics(id)).toMatchObject([
      { release_id: id, code: 'compose_unhealthy', count: 1 },
    ])
    const { reads } = mallory
    for (const reading of [() => reads.steps(id), () => reads.logs(id), () => reads.diagnostics(id)])
      await expect(reading()).rejects.toMatchObject({ code: 'release_not_found' })
  })

  it('are who has to approve, for a target that they see', async () => {
    const { alice, vera, mallory, shop, planned } = world
    const question = {
      service_id: shop.service,
      target_id: shop.target,
      kind: 'release',
      source_release_id: null,
      document_digest: planned.plan.document_digest,
    } as const
    expect((await alice.reads.policyFor(question)).rules).toEqual([
      { role: null, team: null, minimum: 1, candidates: ['Bob'] },
    ])
    expect((await vera.reads.policyFor(question)).rules[0]?.candidates).toEqual(['Alice', 'Bob'])
    await expect(mallory.reads.policyFor(question)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('the way back that a member reads', () => {
  let world: Governed
  beforeAll(async () => {
    world = await governed()
  })
  afterAll(() => world.ledger.close())

  it('is what the target last had applied, and before a release what it had then', async () => {
    const { alice, bob, shop, applied } = world
    const { target } = shop
    const first = applied.plan.document_digest
    expect(await alice.reads.lastApplied(target)).toEqual({
      release_id: applied.release_id,
      label: 'shop-web-1',
      document_digest: first,
      images: applied.plan.images,
      secret_names: [],
    })
    expect(await alice.reads.lastApplied(target, applied.release_id)).toBeNull()
    expect(await alice.reads.hoursSinceFailure(target)).toBeNull()
    const next = await askFor(alice, shop, { image: 'web:7', previous: first })
    expect(await alice.reads.lastApplied(target, next.release_id)).toMatchObject({ label: 'shop-web-1' })
    await apply(alice, next, (await approve(bob, next)).revision)
    const bad = await askFor(alice, shop, { image: 'web:8', previous: next.plan.document_digest })
    await fail(alice, bad, (await approve(bob, bad)).revision)
    expect(await alice.reads.lastApplied(target)).toMatchObject({ release_id: next.release_id })
    expect(await alice.reads.lastApplied(target, next.release_id)).toMatchObject({
      release_id: applied.release_id,
    })
    expect(await alice.reads.lastApplied(target, bad.release_id)).toMatchObject({
      release_id: next.release_id,
    })
    expect(await alice.reads.liveLeftBy(next.release_id)).toEqual(next.plan.live_base)
    expect(await alice.reads.liveLeftBy(bad.release_id)).toBeNull()
    const hours = await alice.reads.hoursSinceFailure(target)
    expect(hours).toBeGreaterThanOrEqual(0)
    expect(hours).toBeLessThan(1)
    expect(await alice.reads.release(bad.release_id)).toMatchObject({
      lifecycle_state: 'failed',
      failure: { code: 'compose_unhealthy', message: 'web never became healthy' },
    })
  })
})
