import { expect, test } from 'vitest'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'
import { cut, scriptedHost } from './scriptedHost.ts'

const down = new PilothouseError('ssh_unreachable', { host: 'h', reason: 'ECONNREFUSED' })
const fence = { verb: 'fence', project: 'web', claim: null } as const
const answer = { stdout: 'fence none\njob none\n' }

test('the script is looked for once, however many verbs follow', async () => {
  const { host, asked } = scriptedHost(() => answer)
  await host.fence('web')
  await host.fence('web')
  expect(asked).toEqual(['bootstrap', fence, fence])
})

test('a verb that was cut is asked again, a host that is down is not', async () => {
  const replies = [cut(), down, answer]
  const once = scriptedHost(() => replies.shift() ?? down)
  expect(await once.host.fence('web')).toEqual({ held: null, job: null })
  expect(once.waited).toEqual([200, 1000])
  const never = scriptedHost(() => down)
  await expect(never.host.fence('web')).rejects.toBe(down)
  expect(never.waited).toEqual([])
})

test('a host that stays away after a cut is given up', async () => {
  const { host, asked } = scriptedHost(() => cut())
  await expect(host.fence('web')).rejects.toMatchObject({ code: 'ssh_unreachable' })
  expect(asked.filter((each) => each !== 'bootstrap')).toHaveLength(4)
})

test('a script that somebody removed is put there again, once', async () => {
  const replies = [{ code: 127, stderr: 'not found' }, answer]
  const { host, asked } = scriptedHost(() => replies.shift() ?? answer)
  await host.fence('web')
  expect(asked).toEqual(['bootstrap', fence, 'bootstrap', fence])
  const gone = scriptedHost(() => ({ code: 127, stderr: 'not found' }))
  await expect(gone.host.fence('web')).rejects.toMatchObject({ code: 'internal_error' })
})

test('an answer of another form is told, with the verb', async () => {
  const { host } = scriptedHost(() => ({ stdout: 'what?\n' }))
  await expect(host.fence('web')).rejects.toMatchObject({ code: 'internal_error', data: { what: 'fence' } })
})

test('an argument that no host would accept is never sent', async () => {
  const { host, asked } = scriptedHost(() => answer)
  await expect(host.images(['web:1', '--format'])).rejects.toMatchObject({
    code: 'validation_error',
    data: { problems: [{ path: 'images.references.1' }] },
  })
  expect(asked.filter((each) => each !== 'bootstrap')).toEqual([])
})

test('what is already there is not sent again', async () => {
  const sent: (string | undefined)[] = []
  const { host } = scriptedHost((request, { stdin }) => {
    if (request.verb === 'put' && request.check)
      return { stdout: request.project === 'old' ? 'present\n' : 'absent\n' }
    sent.push(stdin && Buffer.from(stdin).toString())
    return { stdout: 'stored\n' }
  })
  const name = 'b'.repeat(64)
  expect(await host.put('old', name, Buffer.from('{}'))).toBe(false)
  expect(await host.put('new', name, Buffer.from('{}'))).toBe(true)
  expect(sent).toEqual(['44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\n{}'])
})

test('references are asked for a hundred at a time', async () => {
  const { host, asked } = scriptedHost((request) => ({
    stdout: request.verb === 'images' ? request.references.map((each) => `${each} - -\n`).join('') : '',
  }))
  const references = Array.from({ length: 250 }, (_, index) => `web:${index}`)
  expect((await host.images(references)).map(({ reference }) => reference)).toEqual(references)
  expect(asked).toHaveLength(1 + 3)
})
