export type Stage = { name: string; does: string } & (
  { kind: 'commands'; commands: [program: string, ...args: string[]][] } | { kind: 'tests'; select: string[] }
)

const demo = 'test/journey/demo.test.ts'

/** What `npm test` does, in this order. A stage of commands counts as one test, passed if all of them do. */
export const stages: readonly Stage[] = [
  {
    kind: 'commands',
    name: 'typecheck',
    does: 'TypeScript 7',
    commands: [
      ['tsc', '-p', 'tsconfig.json'],
      ['tsc', '-p', 'src-renderer/tsconfig.json'],
    ],
  },
  {
    kind: 'commands',
    name: 'lint',
    does: 'eslint, prettier',
    commands: [
      ['eslint', '--max-warnings', '0', '.'],
      ['prettier', '--check', '--log-level', 'warn', '.'],
    ],
  },
  {
    kind: 'commands',
    name: 'architecture',
    does: 'direction of imports',
    commands: [['node', 'script/dev/architecture.ts']],
  },
  {
    kind: 'commands',
    name: 'window',
    does: 'the window builds',
    commands: [['node', 'script/dev/window.ts']],
  },
  {
    kind: 'tests',
    name: 'unit',
    does: 'unit and integration tests',
    select: ['--exclude', 'test/journey/**'],
  },
  { kind: 'tests', name: 'journey', does: 'whole journeys', select: ['test/journey/', '--exclude', demo] },
  { kind: 'tests', name: 'demo', does: 'npm run demo, as whoever runs this and as nobody', select: [demo] },
]

/**
 * The stages of these names, in their own order; all of them for no name.
 *
 * @returns the stages, or the first name that is none
 */
export function chooseStages(names: readonly string[]): { chosen: Stage[] } | { unknown: string } {
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name))
  if (unknown !== undefined) return { unknown }
  return { chosen: stages.filter(({ name }) => names.length === 0 || names.includes(name)) }
}
