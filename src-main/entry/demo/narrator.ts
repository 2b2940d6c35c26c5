/** One command of the demo and what came of it. */
export interface Scene {
  readonly title: string
  readonly member: string
  readonly command: string
  readonly exit_code: number
  readonly output: string
}

/** A member's own window: an address, a one-time link, and what they are there for. */
export interface MemberWindow {
  readonly member: string
  readonly may: string
  readonly url: string
  readonly link: string
}

/** How the demo is told: for people as a transcript, with --json one record a line. */
export interface Narrator {
  readonly json: boolean
  fact(title: string, facts: Readonly<Record<string, string | number>>): void
  scene(scene: Scene): void
  /** What stays up, and the windows that are served of it. */
  remains(home: string, windows: readonly MemberWindow[]): void
  /** Fresh links, asked for by whoever watches. */
  links(windows: readonly MemberWindow[]): void
  /** Something about the telling itself, for people. */
  aside(text: string): void
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
    remains: (home, windows) => {
      say({ record: 'remains', home, windows })
    },
    links: (windows) => {
      say({ record: 'links', windows })
    },
    aside: () => undefined,
  }
}

function linkLines(windows: readonly MemberWindow[]): string[] {
  return windows.flatMap(({ member, may, link }) => [`    ${member}: ${may}`, `      ${link}`])
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
    remains: (home, windows) => {
      if (windows.length > 0) {
        const words =
          '■ A window for each member. A link works once, within ten minutes; Enter prints fresh ones.'
        write(['', words, ...linkLines(windows), ''].join('\n'))
      }
      write(
        [
          '',
          'Everything stays up until you press Ctrl+C. In another terminal:',
          '',
          `    export PILOTHOUSE_HOME=${home}`,
          '    npm run pilothouse -- --profile alice release list',
          '    npm run pilothouse -- --profile bob inbox list --view all',
          '    npm run pilothouse -- --help',
          '',
        ].join('\n'),
      )
    },
    links: (windows) => {
      write(['', ...linkLines(windows), ''].join('\n'))
    },
    aside: (text) => {
      write(`\n${text}\n`)
    },
  }
}

/** The narrator that an invocation asks for. */
export function narratorFor({ json, write }: Telling): Narrator {
  return json ? jsonNarrator(write) : plainNarrator(write)
}
