import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createReads } from '../../../src-main/ledger/reads.ts'
import { targetId } from '../../../src-preload/contract/vocabulary.ts'
import { governed } from '../../security/governed.ts'
import type { Governed } from '../../security/governed.ts'

describe('what a member reads about the ledger and its projects', () => {
  let world: Governed
  beforeAll(async () => {
    world = await governed()
  })
  afterAll(() => world.ledger.close())

  it('is which ledger it is, and that several people work with it', async () => {
    const { rows } = await world.ledger.admin.query<{ id: string }>(
      'SELECT id FROM pilothouse.ledger_identity',
    )
    const identity = await world.vera.reads.identity()
    expect(identity).toMatchObject({ id: rows[0]?.id, embedded: true, solo: false })
    expect(identity.schema_version).toMatch(/^\d{4}_\w+$/)
  })

  it('is themselves, with what each of their roles lets them do, and where', async () => {
    const { member, grants } = await world.vera.reads.me()
    expect(member).toMatchObject({
      login: world.vera.login,
      kind: 'human',
      active: true,
      person: { name: 'Vera' },
    })
    expect(member.roles).toEqual([{ role: 'viewer', project: 'shop', until: null }])
    expect(grants).toEqual(
      ['cluster:read', 'environment:read', 'pipeline:read', 'release:read'].map((permission) => ({
        permission,
        runtime: '*',
        project_id: world.shop.id,
      })),
    )
  })

  it('is everybody who works on a project with them, and nobody else', async () => {
    const { alice, aliceToo, bob, boss, vera } = world
    const logins = (await vera.reads.members()).map(({ login }) => login)
    expect(logins).toEqual([alice, aliceToo, bob, boss, vera].map(({ login }) => login).sort())
    expect(await vera.reads.members('shop')).toHaveLength(5)
    const names = (await world.mallory.reads.members('bank')).map(({ person }) => person.name)
    expect(names.sort()).toEqual(['Mallory', 'Teller', 'boss'])
  })

  it('is their projects with stages, services and targets', async () => {
    const { reads } = world.vera
    const { id, service, target } = world.shop
    expect(await reads.projects()).toEqual([{ id, name: 'shop' }])
    expect(await reads.stages('shop')).toMatchObject([
      { name: 'production', production: true, project_id: id },
    ])
    const services = await reads.services()
    expect(services).toMatchObject([{ id: service, name: 'shop-web', revision: 1 }])
    expect(services[0]?.releases_to).toMatchObject([{ target_id: target, target: 'main', retries: 2 }])
    expect(await reads.targets('shop')).toMatchObject([
      {
        id: target,
        name: 'main',
        stage: { name: 'production', production: true },
        fence: 1,
        locked_by: null,
      },
    ])
    expect((await reads.targets())[0]?.last_applied).toMatchObject({
      release: 'shop-web-1',
      document_digest: world.applied.plan.document_digest,
    })
  })

  it('is an error for a project that they do not see, whether or not it is there', async () => {
    const { reads } = world.vera
    for (const project of ['bank', 'nowhere']) {
      const missing = { code: 'not_found', data: { noun: 'project', name: project } }
      await expect(reads.stages(project)).rejects.toMatchObject(missing)
      await expect(reads.services(project)).rejects.toMatchObject(missing)
      await expect(reads.targets(project)).rejects.toMatchObject(missing)
      await expect(reads.members(project)).rejects.toMatchObject(missing)
      await expect(reads.events({ project, limit: 1 })).rejects.toMatchObject(missing)
    }
  })

  it('is the key of a target for those who may apply there, and whom it still lacks', async () => {
    const { alice, aliceToo, vera, shop, applied } = world
    const [value] = applied.plan.sealed
    const token = value?.token ?? ''
    const recipient = `age1${'q'.repeat(58)}`
    expect(await alice.reads.targetKey(shop.target)).toEqual({
      recipient,
      wrapped: Buffer.from('key of shop'),
    })
    expect(await vera.reads.targetKey(shop.target)).toEqual({ recipient, wrapped: null })
    expect(await alice.reads.targetKey(targetId.parse(randomUUID()))).toBeNull()
    expect(await alice.reads.sealed(shop.target, [token, 'pilothouse-sealed:OTHER:0'])).toEqual(
      new Map([[token, Buffer.from('secret of shop')]]),
    )
    expect(await vera.reads.sealed(shop.target, [token])).toEqual(new Map())
    expect(await alice.reads.unwrappedFor(shop.target)).toEqual([])
    const own = `age1${'z'.repeat(58)}`
    await aliceToo.ledger.enrollRecipient(own)
    expect(await alice.reads.unwrappedFor(shop.target)).toEqual([{ login: aliceToo.login, recipient: own }])
    expect(await vera.reads.unwrappedFor(shop.target)).toEqual([])
  })

  it('is an error for a login that the ledger does not know as a member', async () => {
    const pool = new pg.Pool({ connectionString: world.ledger.adminUrl, max: 1 })
    try {
      const login = new URL(world.ledger.adminUrl).username
      await expect(createReads(pool).me()).rejects.toMatchObject({
        code: 'identity_unknown',
        data: { login },
      })
    } finally {
      await pool.end()
    }
  })

  it('is an error of the ledger when it can not be reached', async () => {
    const pool = new pg.Pool({ host: '127.0.0.1', port: 1, user: 'x', database: 'x', max: 1 })
    await expect(createReads(pool).projects()).rejects.toMatchObject({ code: 'ledger_unavailable' })
    await pool.end()
  })
})
