import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openCommandLine } from '../support/commandLine.ts'
import type { CommandLine } from '../support/commandLine.ts'
import { emptyDatabase, testServer } from '../support/ledger.ts'

let url: string
let password: string
let desk: CommandLine
let otherDesk: CommandLine
const suffix = String(process.pid)

beforeAll(async () => {
  const server = await testServer()
  password = server.password
  const { database } = await emptyDatabase()
  url = `postgres://${server.user}@${server.host}:${server.port}/${database}`
  desk = await openCommandLine()
  otherDesk = await openCommandLine()
})
afterAll(async () => {
  await desk.close()
  await otherDesk.close()
})

it('makes a shared ledger of an empty database, and its first member', async () => {
  const admin = { PGPASSWORD: password }
  const [made] = await desk.records(
    ['ledger', 'init', '--url', url, '--login', `ada_${suffix}`, '--person', 'Ada'],
    0,
    admin,
  )
  expect(made).toMatchObject({ login: `ada_${suffix}` })
  const [me] = await desk.records(['member', 'me'])
  expect(me).toMatchObject({ member: { person: { name: 'Ada' } }, ledger: { embedded: false, solo: true } })
  const [status] = await desk.records(['ledger', 'status'])
  expect(status).toMatchObject({ ledger: 'external', state: 'running' })
})

it('lets a second person in from another desktop, by an invitation that works once', async () => {
  const invitation = path.join(desk.home, 'grace.json')
  const who = [
    `grace_${suffix}`,
    '--person',
    'Grace',
    '--role',
    'approver',
    '--role',
    'auditor',
    '--out',
    invitation,
  ]
  await desk.records(['member', 'add', ...who, '--url', url], 0, { PGPASSWORD: password })
  await otherDesk.records(['join', invitation])
  const [me] = await otherDesk.records(['member', 'me'])
  expect(me).toMatchObject({ member: { login: `grace_${suffix}` }, ledger: { solo: false } })
  const again = await otherDesk.run(['--profile', 'again', 'join', invitation])
  expect(again.code).not.toBe(0)
  expect(again.stderr).toContain('hint:')
})

it('verifies the record online, and an export of it without the ledger', async () => {
  const [online] = await otherDesk.records(['audit', 'verify'])
  expect(online).toMatchObject({ broken: [] })
  const file = path.join(otherDesk.home, 'record.ndjson')
  await otherDesk.records(['audit', 'export', '--out', file])
  expect((await readFile(file, 'utf8')).split('\n').length).toBeGreaterThan(2)
  const [offline] = await otherDesk.records(['audit', 'verify', '--file', file])
  expect(offline).toMatchObject({ broken: [] })
})

it("leaves the administrator's password in no file of the desktops", async () => {
  for (const { home } of [desk, otherDesk]) {
    const entries = await readdir(home, { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
    expect(files.length).toBeGreaterThan(1)
    for (const file of files) expect((await readFile(file)).includes(password)).toBe(false)
  }
})
