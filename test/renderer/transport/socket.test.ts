/**
 * @vitest-environment jsdom
 */
import { describe, expect, it, vi } from 'vitest'
import { useConnection } from '../../../src-renderer/state/connection.ts'
import { failureOf } from '../../../src-renderer/transport/failure.ts'
import { contractAddress, socketLink } from '../../../src-renderer/transport/socket.ts'
import { FakeSocket } from './fakeSocket.ts'

const options = { context: {} }
const read = ['releases', 'get']
const command = ['releases', 'withdraw']

async function refusal(call: Promise<unknown>) {
  return call.then(
    () => expect.fail('the call was expected to be refused'),
    (error: unknown) => failureOf(error),
  )
}

describe('without a connection', () => {
  it('a command fails at once, and is not sent when the connection comes', async () => {
    const socket = new FakeSocket()
    const failure = await refusal(socketLink(socket).call(command, { release: 'web-1' }, options))
    expect([failure.code, failure.hint]).toEqual(['offline', null])
    socket.open()
    await Promise.resolve()
    expect(socket.sent).toEqual([])
  })

  it('a read waits for it', async () => {
    const socket = new FakeSocket()
    void socketLink(socket).call(read, { release: 'web-1' }, options)
    await Promise.resolve()
    expect(socket.sent).toEqual([])
    socket.open()
    await vi.waitFor(() => expect(socket.sent).toHaveLength(1))
  })

  it('a read that nobody waits for any more is not sent', async () => {
    const socket = new FakeSocket()
    const gone = new AbortController()
    const call = socketLink(socket).call(read, {}, { ...options, signal: gone.signal })
    gone.abort()
    expect((await refusal(call)).code).toBe('offline')
    socket.open()
    expect(socket.sent).toEqual([])
  })
})

describe('a connection that is lost', () => {
  it('leaves a command unanswered: it is said so, and the command is never sent again', async () => {
    const socket = new FakeSocket()
    const link = socketLink(socket)
    socket.open()
    const call = link.call(command, { release: 'web-1' }, options)
    await vi.waitFor(() => expect(socket.sent).toHaveLength(1))
    socket.lose()
    const failure = await refusal(call)
    expect([failure.code, failure.hint]).toEqual(['offline', 'unanswered'])
    socket.open()
    await Promise.resolve()
    expect(socket.sent).toHaveLength(1)
  })

  it('fails a read as offline, to be read again', async () => {
    const socket = new FakeSocket()
    const link = socketLink(socket)
    socket.open()
    const call = link.call(read, {}, options)
    await vi.waitFor(() => expect(socket.sent).toHaveLength(1))
    socket.lose()
    expect(await refusal(call)).toMatchObject({ code: 'offline', hint: null })
  })

  it('is told with its first moment until it is there again', () => {
    const socket = new FakeSocket()
    socketLink(socket)
    socket.open()
    expect(useConnection.getState().kind).toBe('live')
    socket.lose()
    const since = useConnection.getState()
    socket.lose()
    expect(useConnection.getState()).toBe(since)
    expect(since.kind).toBe('offline')
  })
})

describe('the address of the contract', () => {
  it('is the page’s own, encrypted where the page is', () => {
    expect(contractAddress({ protocol: 'http:', host: '127.0.0.1:7420' })).toBe(
      'ws://127.0.0.1:7420/contract',
    )
    expect(contractAddress({ protocol: 'https:', host: 'desk.example' })).toBe('wss://desk.example/contract')
  })
})
