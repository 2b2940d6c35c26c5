/** One command of the demo and what came of it. */
export interface Scene {
  readonly title: string
  readonly member: string
  readonly command: string
  readonly exit_code: number
  readonly output: string
}

/** How the demo is told: for people as a transcript, with --json one record a line. */
export interface Narrator {
  readonly json: boolean
  fact(title: string, facts: Readonly<Record<string, string | number>>): void
  scene(scene: Scene): void
  remains(home: string): void
}

interface Telling {
  readonly json: boolean
  readonly write: (text: string) => void
}

function parsedLines(output: string): unknown[] {
  return output
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
}

function jsonNarrator(write: Telling['write']): Narrator {
  const say = (record: unknown) => {
    write(`${JSON.stringify(record)}\n`)
  }
  return {
    json: true,
    fact: (title, facts) => {
      say({ record: 'fact', title, ...facts })
    },
    scene: ({ title, member, command, exit_code, output }) => {
      const about = { title, member, command }
      for (const answer of parsedLines(output)) say({ record: 'answer', ...about, answer })
      say({ record: 'scene', ...about, exit_code })
    },
    remains: (home) => {
      say({ record: 'remains', home })
    },
  }
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n')
}

function plainNarrator(write: Telling['write']): Narrator {
  return {
    json: false,
    fact: (title, facts) => {
      const pairs = Object.entries(facts).map(([name, value]) => `${name} ${value}`)
      write(`\n■ ${title}\n    ${pairs.join('   ')}\n`)
    },
    scene: ({ title, command, exit_code, output }) => {
      const code = exit_code === 0 ? '' : `    (exit code ${exit_code})\n`
      write(`\n■ ${title}\n  $ ${command}\n${indented(output)}\n${code}`)
    },
    remains: (home) => {
      write(
        [
          '',
          'The ledger and the simulated host stay up until you press Ctrl+C. In another terminal:',
          '',
          `    export PILOTHOUSE_HOME=${home}`,
          '    npm run pilothouse -- --profile alice release list',
          '    npm run pilothouse -- --profile bob inbox list --view all',
          '    npm run pilothouse -- --help',
          '',
        ].join('\n'),
      )
    },
  }
}

/** The narrator that an invocation asks for. */
export function narratorFor({ json, write }: Telling): Narrator {
  return json ? jsonNarrator(write) : plainNarrator(write)
}
