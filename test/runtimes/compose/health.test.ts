import { once } from 'node:events'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exitCodes, parseHealth } from '../../../src-main/runtimes/compose/protocol.ts'
import type { HttpAnswer } from '../../../src-main/runtimes/compose/protocol.ts'
import { hostFolder } from '../../support/hostFolder.ts'
import { describeWith } from '../../support/parts.ts'
import { freePort, programsWithout } from '../../support/sshd.ts'

const tools = ['curl', 'wget', 'busybox']

describeWith(['busybox-static'], 'an HTTP check made by the host itself', () => {
  let server: Server
  let base = ''
  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/' }).end()
      else if (request.url === '/bad') response.writeHead(500).end('out of order\n')
      else if (request.url === '/large') response.end('x'.repeat(200_000))
      else response.end('hello\nworld')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new TypeError('no port')
    base = `http://127.0.0.1:${address.port}`
  })
  afterAll(() => {
    server.close()
  })

  const ask = async (missing: readonly string[], url: string): Promise<HttpAnswer> => {
    await using programs = await programsWithout(...missing)
    await using host = await hostFolder('dash', { PATH: programs.folder })
    const { code, stdout, stderr } = await host.ask({ verb: 'health', url, timeout: 5 })
    if (code !== 0) throw new TypeError(`exit ${code}: ${stderr}`)
    return parseHealth(stdout)
  }

  test.each(tools)('%s tells status and body', async (tool) => {
    const missing = tools.slice(0, tools.indexOf(tool))
    expect(await ask(missing, `${base}/`)).toEqual({ tool, status: 200, body: 'hello\nworld' })
    expect(await ask(missing, `${base}/bad`)).toMatchObject({ tool, status: 500 })
    expect(await ask(missing, `${base}/moved`)).toMatchObject({ tool, status: 302 })
    expect((await ask(missing, `${base}/large`)).body).toHaveLength(65_536)
  })

  test.each(tools)('%s tells that nothing answers, and why', async (tool) => {
    const missing = tools.slice(0, tools.indexOf(tool))
    const answer = await ask(missing, `http://127.0.0.1:${await freePort()}/`)
    expect(answer).toMatchObject({ tool, status: 0 })
    expect(answer.body.toLowerCase()).toMatch(/refused|connect/)
  })

  test('a host without any of them says so', async () => {
    await using programs = await programsWithout(...tools)
    await using host = await hostFolder('dash', { PATH: programs.folder })
    const { code } = await host.ask({ verb: 'health', url: `${base}/`, timeout: 5 })
    expect(code).toBe(exitCodes.tool_missing)
  })
})
