import ssh2 from 'ssh2'
import { expect, test } from 'vitest'
import { makeKey } from '../../src-main/simulator/keys.ts'

test('every key that is made can be read again, also where its public half begins with a zero', () => {
  const keys = Array.from({ length: 1500 }, () => makeKey('one of many'))
  expect(keys.filter(({ privateKey }) => ssh2.utils.parseKey(privateKey) instanceof Error)).toEqual([])
  expect(new Set(keys.map(({ fingerprint }) => fingerprint)).size).toBe(1500)
})
