import { beforeEach, describe, expect, it } from 'vitest'
import { alternatives, authorize } from '../../src-main/api/authorization.ts'
import type { Judge } from '../../src-main/api/authorization.ts'
import { procedureNames } from '../../src-main/entry/commands/call.ts'
import type { Ask } from '../../src-main/ports/ledger.ts'
import { PilothouseError } from '../../src-preload/contract/errors.ts'
import type { ProcedureMeta } from '../../src-preload/contract/procedure.ts'
import type { Permission } from '../../src-preload/contract/vocabulary.ts'
import { projectId } from '../../src-preload/contract/vocabulary.ts'
import { aChangeTicket, aRelease, aTicket, id } from '../entry/builders.ts'

const shop = { id: projectId.parse(id(2)), name: 'shop' }
const other = { id: projectId.parse(id(70)), name: 'other' }
const ledgerId = id(50)

/** A member who holds `held`, and a ledger that refuses everything unless told. */
class Desk implements Judge {
  held = new Set<Permission>()
  /** What the ledger knows before this desktop has heard of it. */
  granted = new Set<Permission>()
  projects = [shop, other]
  allows = false
  now = 0
  refreshed = 0
  readonly asked: Ask[] = []

  readonly access: Judge['access'] = {
    may: () => Promise.resolve(false),
    mayAnywhere: (permission) => Promise.resolve(this.held.has(permission)),
    entitlements: () => Promise.resolve([]),
    refresh: () => {
      this.refreshed += 1
      this.held = new Set([...this.held, ...this.granted])
    },
  }
  readonly parts: Judge['parts'] = {
    clock: { now: () => this.now },
    ledger: {
      authorize: (ask) => {
        this.asked.push(ask)
        if (this.allows) return Promise.resolve()
        const data = { permission: ask.permission, grantors: ['Grace'] }
        return Promise.reject(new PilothouseError('permission_denied', data))
      },
    },
    reads: {
      projects: () => Promise.resolve(this.projects),
      identity: () => Promise.resolve({ id: ledgerId, embedded: true, schema_version: '0120', solo: false }),
      release: (release) =>
        release === 'shop-7'
          ? Promise.resolve(aRelease())
          : Promise.reject(new PilothouseError('release_not_found', { release })),
      ticket: (ticket) =>
        ticket === 'shop-7'
          ? Promise.resolve(aTicket())
          : ticket === id(10)
            ? Promise.resolve(aChangeTicket({ project_id: null, project: null }))
            : Promise.reject(new PilothouseError('ticket_not_found', { ticket })),
    },
  }
}

const reading: ProcedureMeta = { permission: 'release:read', mutates: false, command: '' }
const approving: ProcedureMeta = { permission: 'release:approve', mutates: true, command: '' }

let desk: Desk
beforeEach(() => {
  desk = new Desk()
})
const calls = (meta: ProcedureMeta, procedure = 'releases.list', input: unknown = {}) =>
  authorize(desk, { procedure, meta, input })
const denied = { code: 'permission_denied', data: { grantors: ['Grace'] } }

describe('a call', () => {
  it('goes on where its permission is held somewhere, or none is needed, and asks nobody', async () => {
    desk.held.add('release:read')
    await calls(reading)
    await calls({ ...reading, permission: null })
    expect(desk.asked).toEqual([])
  })

  it('goes on with what was granted since the policy was loaded', async () => {
    desk.held.add('release:read')
    await calls(reading)
    desk.granted.add('release:approve')
    await calls(approving)
    expect(desk.asked).toEqual([])
  })

  it('loads the policy again when it is older than ten seconds, so that what was taken away is noticed', async () => {
    desk.held.add('release:read')
    const loads = []
    for (const now of [0, 5_000, 10_000, 10_001, 20_001, 20_002]) {
      desk.now = now
      await calls(reading)
      loads.push(desk.refreshed)
    }
    expect(loads).toEqual([1, 1, 1, 2, 2, 3])
  })

  it('is refused where it is held nowhere: by the ledger, which records it', async () => {
    await expect(calls(approving)).rejects.toMatchObject(denied)
    expect(desk.asked).toHaveLength(1)
    expect(desk.asked[0]).toMatchObject({ permission: 'release:approve' })
  })

  it('goes on where the ledger knows better', async () => {
    desk.allows = true
    await calls(approving)
    expect(desk.asked).toHaveLength(1)
  })

  it('does not take a broken connection for a refusal', async () => {
    desk.access.mayAnywhere = () => Promise.reject(new PilothouseError('ledger_unavailable', {}))
    await expect(calls(reading)).rejects.toMatchObject({ code: 'ledger_unavailable' })
    expect(desk.asked).toEqual([])
  })
})

describe('a refused call', () => {
  it.each<[string, unknown, Partial<Ask>]>([
    [
      'the release',
      { release: 'shop-7' },
      { resource_type: 'release', resource_id: id(1), project_id: shop.id },
    ],
    [
      'the ticket',
      { ticket: 'shop-7' },
      { resource_type: 'ticket', resource_id: id(9), project_id: shop.id },
    ],
    ['a ticket of no project', { ticket: id(10) }, { resource_type: 'ticket', project_id: null }],
    ['the project', { project: 'other' }, { resource_type: 'project', resource_id: other.id }],
    ['the project of a file', { file: { project: 'shop' } }, { resource_id: shop.id }],
    ['the project of a change', { change: { project: 'shop' } }, { resource_id: shop.id }],
    ['the ledger, where no project is named', {}, { resource_type: 'ledger', resource_id: ledgerId }],
    ['the ledger, where everything is meant', { change: { project: null } }, { resource_id: ledgerId }],
    ['the ledger, where the project is not seen', { project: 'secret' }, { project_id: null }],
    ['the ledger, where the release is not seen', { release: 'web-1' }, { resource_id: ledgerId }],
    ['the ledger, where nothing is given', undefined, { resource_id: ledgerId }],
  ])('is recorded on %s', async (_what, input, ask) => {
    await expect(calls(approving, 'releases.get', input)).rejects.toMatchObject(denied)
    expect(desk.asked).toEqual([expect.objectContaining(ask)])
  })

  it('is recorded on the only project that one sees', async () => {
    desk.projects = [shop]
    await expect(calls(approving)).rejects.toMatchObject(denied)
    expect(desk.asked).toMatchObject([{ resource_type: 'project', resource_id: shop.id }])
  })

  it('is recorded each time where it would change something', async () => {
    for (const time of [1, 2, 3]) {
      await expect(calls(approving)).rejects.toMatchObject(denied)
      expect(desk.asked).toHaveLength(time)
    }
  })

  it('is recorded once a minute where it only reads, for each permission, until it may', async () => {
    for (const now of [0, 1_000, 59_999]) {
      desk.now = now
      await expect(calls(reading)).rejects.toMatchObject(denied)
    }
    expect(desk.asked).toHaveLength(1)
    await expect(calls({ ...reading, permission: 'audit:read' })).rejects.toMatchObject(denied)
    expect(desk.asked).toHaveLength(2)
    desk.now = 60_001
    await expect(calls(reading)).rejects.toMatchObject(denied)
    expect(desk.asked).toHaveLength(3)
    desk.granted.add('release:read')
    await calls(reading)
  })
})

describe('a procedure that several permissions open', () => {
  it('is refused only to whoever holds none of them', async () => {
    desk.held.add('access:write')
    await calls(approving, 'inbox.approve')
    await expect(calls(approving, 'releases.preview')).rejects.toMatchObject(denied)
    desk.held = new Set(['audit:read'])
    await expect(calls(approving, 'inbox.approve')).rejects.toMatchObject(denied)
  })

  it('may be anybody’s: announcing what time has decided is nobody’s doing, and no denial', async () => {
    await calls({ permission: 'release:read', mutates: true, command: '' }, 'inbox.tend')
    expect(desk.asked).toEqual([])
  })

  it('is one that there is', () => {
    expect(Object.keys(alternatives).filter((name) => !procedureNames().includes(name))).toEqual([])
  })
})
