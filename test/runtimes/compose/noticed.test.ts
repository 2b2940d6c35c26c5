import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src-preload/contract/vocabulary.ts'
import { noticed } from '../../../src-main/runtimes/compose/noticed.ts'
import { documentOf, token } from './composeParts.ts'

const quiet = { image: 'app:1', restart: 'always', healthcheck: { test: ['CMD', 'true'] } }

function keys(service: JsonObject): string[] {
  return noticed(documentOf({ web: { ...quiet, ...service } })).map(
    ({ key, severity }) => `${key} ${severity}`,
  )
}

describe('what a reader of a plan is told', () => {
  it.each<[string, JsonObject, string[]]>([
    ['nothing for a service with all of it', {}, []],
    ['an image without a version', { image: 'app' }, ['image_tag_moves warning']],
    ['the version latest', { image: 'host:5000/app:latest' }, ['image_tag_moves warning']],
    ['nothing for latest with a digest', { image: `app:latest@sha256:${'1'.repeat(64)}` }, []],
    ['a healthcheck that is switched off', { healthcheck: { disable: true } }, ['no_healthcheck warning']],
    ['a healthcheck of NONE', { healthcheck: { test: ['NONE'] } }, ['no_healthcheck warning']],
    [
      'a secret in the clear',
      { environment: { DB_PASSWORD: 'x', TOKEN_FILE: '/x' } },
      ['open_secret warning'],
    ],
    ['nothing for one that is sealed', { environment: { DB_PASSWORD: token('P') } }, []],
    ['nothing for one that is empty', { environment: { API_KEY: '' } }, []],
  ])('%s', (_, service, expected) => {
    expect(keys(service)).toEqual(expected)
  })

  it('the lack of a restart policy, in either place', () => {
    const bare = { image: 'app:1', healthcheck: quiet.healthcheck }
    expect(noticed(documentOf({ web: bare })).map(({ key }) => key)).toEqual(['no_restart_policy'])
    expect(
      noticed(documentOf({ web: { ...bare, deploy: { restart_policy: { condition: 'any' } } } })),
    ).toEqual([])
  })

  it('what a service inherits counts as its own', () => {
    expect(noticed(documentOf({ base: quiet, web: { extends: 'base' } }))).toEqual([])
  })
})
