import { Command, Option } from 'commander'
import type { z } from 'zod'
import type { TextKey } from '../../src-preload/contract/texts/en.ts'
import { explain } from './failure.ts'
import { exitCodeFor, exitCodes } from './exitCodes.ts'
import type { ExitCode } from './exitCodes.ts'
import { keystoreOf } from './keystore.ts'
import { createOutput } from './output.ts'
import type { Output } from './output.ts'
import { chosenProfile } from './profiles.ts'
import type { Profile } from './profiles.ts'
import { isText, say } from './say.ts'
import type { Assembled, Client, Surroundings } from './surroundings.ts'

/** One run of one command. */
export interface Session {
  readonly output: Output
  readonly around: Surroundings
  /** The name of the profile that this run means, whether it exists or not. */
  readonly profileName: string
  /** That profile; throws `not_found`. */
  readonly profile: () => Profile
  /** The contract over that profile's ledger; connects at the first call, closes when the command ends. */
  readonly client: () => Promise<Client>
}

export interface Flag {
  /** As commander writes them: `-f, --file <path>`. */
  readonly flags: string
  readonly text: TextKey
  /** May be given several times; the option is a list then. */
  readonly repeat?: true
  readonly mandatory?: true
}

/** A command of the command line. Its positional arguments and options are parsed together by `options`. */
export interface Definition<Options extends z.ZodType> {
  /** Name and arguments, `show <ticket>`; an argument's name is its key in the options. */
  readonly usage: string
  /** Names the texts `command.<text>` and `example.<text>`. */
  readonly text: string
  readonly flags?: readonly Flag[]
  readonly options: Options
  run(session: Session, options: z.infer<Options>): Promise<void>
}

/** Where the exit code of the command that ran is left. */
export interface Outcome {
  code: ExitCode
}

/** What commands are added to. */
export interface Parent {
  readonly command: Command
  readonly around: Surroundings
  readonly outcome: Outcome
}

/** A group of commands, `release …`. */
export function addGroup(parent: Parent, name: string): Parent {
  const command = parent.command.command(name).helpCommand(false)
  describe(command, name)
  return { ...parent, command }
}

/** A command with its help, options, error output and exit code. */
export function addCommand<Options extends z.ZodType>(parent: Parent, definition: Definition<Options>): void {
  const command = parent.command.command(definition.usage)
  describe(command, definition.text)
  for (const flag of definition.flags ?? []) command.addOption(optionOf(flag))
  command.action(async () => {
    parent.outcome.code = await runOnce(parent.around, command, definition)
  })
}

function describe(command: Command, text: string): void {
  const [summary, example] = [`command.${text}`, `example.${text}`]
  if (isText(summary)) command.description(say(summary))
  if (isText(example)) command.addHelpText('after', `\n${say('cli.examples')}\n${indented(say(example))}`)
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n')
}

function optionOf(flag: Flag): Option {
  const option = new Option(flag.flags, say(flag.text))
  if (flag.mandatory === true) option.makeOptionMandatory()
  if (flag.repeat === true) {
    option.argParser<string[]>((value, before) => [...(Array.isArray(before) ? before : []), value])
  }
  return option
}

async function runOnce<Options extends z.ZodType>(
  around: Surroundings,
  command: Command,
  definition: Definition<Options>,
): Promise<ExitCode> {
  const given: Record<string, unknown> = { ...command.optsWithGlobals(), ...argumentsOf(command) }
  const output = createOutput(around.stdout, around.stderr, given['json'] === true)
  const opened: Assembled[] = []
  try {
    const session = createSession(around, output, given, opened)
    await definition.run(session, definition.options.parse(given))
    return exitCodes.ok
  } catch (error) {
    const failure = explain(error, aboutOf(given))
    output.failure(failure)
    if (failure.code === 'internal_error') debug(around, error)
    return exitCodeFor(failure.code)
  } finally {
    for (const assembled of opened) await assembled.close()
  }
}

function createSession(
  around: Surroundings,
  output: Output,
  given: Record<string, unknown>,
  opened: Assembled[],
): Session {
  const named = typeof given['profile'] === 'string' ? given['profile'] : undefined
  const profileName = chosenProfile(named, around.env, around.profiles)
  let client: Promise<Client> | undefined
  const connect = async () => {
    const assembled = await around.assemble({
      profile: around.profiles.get(profileName),
      paths: around.paths,
      keystore: keystoreOf(around.keystore, profileName),
    })
    opened.push(assembled)
    return assembled.client
  }
  return {
    output,
    around,
    profileName,
    profile: () => around.profiles.get(profileName),
    client: () => (client ??= connect()),
  }
}

function argumentsOf(command: Command): Record<string, unknown> {
  return Object.fromEntries(
    command.registeredArguments.map((argument, index) => [argument.name(), command.processedArgs[index]]),
  )
}

/** Names that hints may use: what was given as argument or option. */
function aboutOf(given: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(given).flatMap(([key, value]) =>
    typeof value === 'string' ? [[key, value] as const] : [],
  )
  return Object.fromEntries(texts)
}

function debug(around: Surroundings, error: unknown): void {
  if (around.env['PILOTHOUSE_DEBUG'] === '1' && error instanceof Error) {
    around.stderr.write(`${error.stack ?? error.message}\n`)
  }
}
