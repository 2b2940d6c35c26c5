import { expect, it } from 'vitest'
import { resolveVariables } from '../../src-main/lifecycle/variables.ts'
import { isPilothouseError } from '../../src-preload/contract/errors.ts'

const declared = {
  TAG: { required: true, secret: false },
  GREETING: { required: false, secret: false, default: 'hello' },
  PASSWORD: { required: true, secret: true },
}
const nothing = { variables: {}, secrets: {}, sealed_before: [] }

function refusal(act: () => unknown): unknown {
  try {
    return act()
  } catch (error) {
    if (isPilothouseError(error)) return { code: error.code, data: error.data }
    throw error
  }
}

it('fills what was not given with defaults and with secrets sealed before', () => {
  expect(
    resolveVariables(declared, { ...nothing, variables: { TAG: '2' }, sealed_before: ['PASSWORD'] }),
  ).toEqual({
    variables: { TAG: '2', GREETING: 'hello' },
    secrets: {},
    reused: ['PASSWORD'],
  })
})

it('names every missing variable at once', () => {
  expect(refusal(() => resolveVariables(declared, nothing))).toEqual({
    code: 'variable_missing',
    data: { variables: ['PASSWORD', 'TAG'] },
  })
})

it('refuses a secret given in the clear, an undeclared name, and a secret too short to be masked', () => {
  const given = { ...nothing, variables: { PASSWORD: 'x', OTHER: '1' }, secrets: { PASSWORD: 'abc' } }
  expect(refusal(() => resolveVariables(declared, given))).toEqual({
    code: 'validation_error',
    data: {
      problems: [
        { path: 'variables.PASSWORD', problem: 'it is a secret: give it as a secret' },
        { path: 'variables.OTHER', problem: 'the service declares no such variable' },
        { path: 'secrets.PASSWORD', problem: "a secret of fewer than 4 characters can't be masked" },
      ],
    },
  })
})
