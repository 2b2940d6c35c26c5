import { readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { chosenProfile, openProfiles } from '../../src-main/entry/profiles.ts'
import type { Profile } from '../../src-main/entry/profiles.ts'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'
import { temporaryFolder } from './terminal.ts'

const work: Profile = {
  name: 'work',
  ledger: { kind: 'external', host: 'db.example', port: 5432, database: 'pilothouse' },
  login: 'ada',
  ssh: { identities: ['/home/ada/.ssh/id_ed25519'], agent: true },
}

function codeOf(act: () => unknown): string {
  try {
    act()
  } catch (error) {
    if (isPilothouseError(error)) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('profiles', () => {
  it('come back as they were saved, from another process too', () => {
    const folder = temporaryFolder()
    openProfiles(folder).save(work)
    expect(openProfiles(folder).get('work')).toEqual(work)
    expect(openProfiles(folder).list()).toEqual([work])
  })

  it('are kept in a file that only their owner reads, which holds no password', () => {
    const folder = temporaryFolder()
    openProfiles(folder).save(work)
    const file = path.join(folder, 'profiles.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toContain('password')
  })

  it('say which name is not there', () => {
    const profiles = openProfiles(temporaryFolder())
    expect(codeOf(() => profiles.get('nobody'))).toBe('not_found')
    expect(codeOf(() => profiles.use('nobody'))).toBe('not_found')
    expect(profiles.has('toString')).toBe(false)
    expect(codeOf(() => profiles.get('constructor'))).toBe('not_found')
  })

  it('are refused when the file is not what we wrote', () => {
    const folder = temporaryFolder()
    for (const content of ['{', '{"profiles":{"work":{"name":"work","password":"x"}}}', '{"surprise":1}']) {
      writeFileSync(path.join(folder, 'profiles.json'), content)
      expect(codeOf(() => openProfiles(folder).list())).toBe('validation_error')
    }
  })

  it('are chosen by option, then environment, then use, then `default`', () => {
    const profiles = openProfiles(temporaryFolder())
    expect(chosenProfile(undefined, {}, profiles)).toBe('default')
    profiles.save(work)
    profiles.use('work')
    expect(chosenProfile(undefined, {}, profiles)).toBe('work')
    expect(chosenProfile(undefined, { PILOTHOUSE_PROFILE: 'demo' }, profiles)).toBe('demo')
    expect(chosenProfile('mine', { PILOTHOUSE_PROFILE: 'demo' }, profiles)).toBe('mine')
  })
})
