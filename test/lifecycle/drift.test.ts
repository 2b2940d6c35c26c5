import { expect, it } from 'vitest'
import { driftBetween } from '../../src-main/lifecycle/drift.ts'

const base = {
  services: { web: { image_id: 'a', config_hash: '1' }, db: { image_id: 'b', config_hash: '2' } },
}

it('finds nothing where only the order of keys differs', () => {
  const same = {
    services: { db: { config_hash: '2', image_id: 'b' }, web: { config_hash: '1', image_id: 'a' } },
  }
  expect(driftBetween(base, same)).toEqual([])
})

it('names the services that changed, went or came', () => {
  const other = {
    services: { web: { image_id: 'x', config_hash: '1' }, cache: { image_id: 'c', config_hash: '3' } },
  }
  expect(driftBetween(base, other)).toEqual(['services.cache', 'services.db', 'services.web'])
})

it('names a whole group that is missing on one side', () => {
  expect(driftBetween({}, base)).toEqual(['services'])
})
