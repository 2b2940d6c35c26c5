import { mkdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { preparePaths, resolvePaths } from '../../src-main/entry/paths.ts'
import { temporaryFolder } from './terminal.ts'

describe('where files are kept', () => {
  it('follows XDG on Linux, with its defaults below the home directory', () => {
    expect(resolvePaths({ platform: 'linux', home: '/home/ada', env: {} })).toEqual({
      config: '/home/ada/.config/pilothouse',
      data: '/home/ada/.local/share/pilothouse',
      state: '/home/ada/.local/state/pilothouse',
      cache: '/home/ada/.cache/pilothouse',
      home: null,
    })
  })

  it('takes absolute XDG variables and ignores relative ones, as the specification says', () => {
    const env = { XDG_CONFIG_HOME: '/etc/ada', XDG_DATA_HOME: 'relative' }
    const { config, data } = resolvePaths({ platform: 'linux', home: '/home/ada', env })
    expect([config, data]).toEqual(['/etc/ada/pilothouse', '/home/ada/.local/share/pilothouse'])
  })

  it('uses Application Support on macOS', () => {
    const { config } = resolvePaths({ platform: 'darwin', home: '/Users/ada', env: {} })
    expect(config).toBe('/Users/ada/Library/Application Support/Pilothouse/config')
  })

  it('uses LOCALAPPDATA on Windows', () => {
    const env = { LOCALAPPDATA: 'D:\\Local' }
    const { data } = resolvePaths({ platform: 'win32', home: 'C:\\Users\\ada', env })
    expect(data).toBe('D:\\Local\\Pilothouse\\data')
  })

  it('puts everything below PILOTHOUSE_HOME, on every system', () => {
    for (const platform of ['linux', 'darwin', 'win32'] as const) {
      const env = { PILOTHOUSE_HOME: '/srv/pilot', XDG_CONFIG_HOME: '/elsewhere' }
      const paths = resolvePaths({ platform, home: '/home/ada', env })
      expect([paths.config, paths.state, paths.home]).toEqual([
        '/srv/pilot/config',
        '/srv/pilot/state',
        '/srv/pilot',
      ])
    }
  })

  it('makes the folders for this user alone, and closes one that others could read', () => {
    const home = temporaryFolder()
    mkdirSync(path.join(home, 'config'), { mode: 0o755 })
    const paths = resolvePaths({ platform: 'linux', home, env: { PILOTHOUSE_HOME: home } })
    preparePaths(paths)
    for (const folder of [paths.config, paths.data, paths.state, paths.cache]) {
      expect(statSync(folder).mode & 0o777).toBe(0o700)
    }
  })
})
