import { isContractProcedure } from '@orpc/contract'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { procedureNames } from '../../src-main/entry/commands/call.ts'
import { buildProgram } from '../../src-main/entry/program.ts'
import { contract } from '../../src-preload/contract/contract.ts'
import { permissions } from '../../src-preload/contract/vocabulary.ts'
import { aTerminal } from './terminal.ts'

const described = z
  .object({
    '~orpc': z.object({
      inputSchema: z.unknown(),
      outputSchema: z.unknown(),
      meta: z.object({ permission: z.string().nullable(), mutates: z.boolean(), command: z.string() }),
    }),
  })
  .transform(({ '~orpc': { meta, ...schemas } }) => ({ ...meta, ...schemas }))

/** Every procedure of the contract with what it says of itself. */
const procedures = Object.entries(contract).flatMap(([noun, verbs]) =>
  Object.entries<unknown>(verbs).map(([verb, procedure]) => ({
    name: `${noun}.${verb}`,
    procedure,
    ...described.parse(procedure),
  })),
)

function find(root: Command, words: string): Command | undefined {
  let command: Command | undefined = root
  for (const word of words.split(' ')) command = command?.commands.find((child) => child.name() === word)
  return command
}

function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves)
}

describe('every procedure of the contract', () => {
  it('is a procedure with input and output', () => {
    const bare = procedures.filter(
      ({ procedure, inputSchema, outputSchema }) =>
        !isContractProcedure(procedure) || inputSchema === undefined || outputSchema === undefined,
    )
    expect(bare.map(({ name }) => name)).toEqual([])
    expect(procedures.length).toBeGreaterThan(30)
  })

  it('says which permission it needs, from the known ones', () => {
    const known = new Set<string | null>([...permissions, null])
    const unknown = procedures.filter(({ permission }) => !known.has(permission))
    expect(unknown.map(({ name }) => name)).toEqual([])
  })

  it('needs a permission when it changes something', () => {
    const open = procedures.filter(({ mutates, permission }) => mutates && permission === null)
    expect(open.map(({ name }) => name)).toEqual([])
  })

  it('has a command of the command line that exists', () => {
    const program = buildProgram(aTerminal().around, '0.0.0', { code: 0 })
    const missing = procedures.filter(({ command }) => find(program, command)?.commands.length !== 0)
    expect(missing.map(({ name, command }) => `${name}: ${command}`)).toEqual([])
  })

  it('can be called by its name', () => {
    expect(procedureNames().toSorted()).toEqual(procedures.map(({ name }) => name).toSorted())
  })
})

describe('every command', () => {
  it('says what it does, with an example of itself', async () => {
    const terminal = aTerminal()
    const program = buildProgram(terminal.around, '0.0.0', { code: 0 })
    for (const command of leaves(program)) {
      const words: string[] = []
      for (let at: Command | null = command; at !== null && at !== program; at = at.parent)
        words.unshift(at.name())
      const { code, out } = await terminal.run(...words, '--help')
      expect([words.join(' '), code]).toEqual([words.join(' '), 0])
      expect(out).toContain(`Examples:\n  pilothouse ${words.join(' ')}`)
      expect(out).toContain('--json')
      expect(out).toContain('--profile <name>')
    }
    expect(leaves(program).length).toBeGreaterThan(50)
  })
})
