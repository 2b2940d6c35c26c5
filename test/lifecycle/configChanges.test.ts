import { expect, it } from 'vitest'
import { configChanges } from '../../src-main/lifecycle/configChanges.ts'

const stage = (hours: number) =>
  ({ noun: 'stage', name: 'production', value: { approval_window_hours: hours } }) as const

it('shows the field that a file changes with both values', () => {
  expect(configChanges([stage(8)], [stage(4)])).toEqual([
    {
      noun: 'stage',
      name: 'production',
      action: 'change',
      fields: [{ path: 'approval_window_hours', before: '8', after: '4' }],
    },
  ])
})

it('keeps what a file does not mention', () => {
  expect(configChanges([stage(8)], [])).toEqual([])
})

it('calls the same nothing and the new created', () => {
  const web = {
    noun: 'service',
    name: 'web',
    value: { source: { path: '/srv' }, list: ['a'], none: {} },
  } as const
  expect(
    configChanges([stage(8)], [stage(8), web]).map(({ name, action, fields }) => ({ name, action, fields })),
  ).toEqual([
    { name: 'production', action: 'unchanged', fields: [] },
    {
      name: 'web',
      action: 'create',
      fields: [
        { path: 'list[0]', before: null, after: 'a' },
        { path: 'none', before: null, after: '{}' },
        { path: 'source.path', before: null, after: '/srv' },
      ],
    },
  ])
})
