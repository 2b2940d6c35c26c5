import { expect, test } from 'vitest'
import { createSlots } from '../../src-main/ssh/slots.ts'

test('no more than the given number work at once, and the others follow in order', async () => {
  const slots = createSlots(2)
  const order: string[] = []
  let inside = 0
  let most = 0
  const work = async (name: string): Promise<void> => {
    const leave = await slots.enter()
    inside += 1
    most = Math.max(most, inside)
    order.push(name)
    await new Promise((resolve) => setImmediate(resolve))
    inside -= 1
    leave()
  }
  await Promise.all(['a', 'b', 'c', 'd', 'e'].map(work))
  expect(most).toBe(2)
  expect(order).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test('leaving twice frees one slot', async () => {
  const slots = createSlots(1)
  const leave = await slots.enter()
  leave()
  leave()
  await slots.enter()
  const stop = new AbortController()
  const second = slots.enter(stop.signal)
  stop.abort(new TypeError('enough'))
  await expect(second).rejects.toThrow('enough')
})

test('who gives up waiting leaves the slot to the next', async () => {
  const slots = createSlots(1)
  const leave = await slots.enter()
  const stop = new AbortController()
  const impatient = slots.enter(stop.signal)
  const patient = slots.enter()
  stop.abort()
  await expect(impatient).rejects.toThrow('abort')
  leave()
  await expect(patient).resolves.toBeTypeOf('function')
})
