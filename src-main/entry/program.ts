import { Command, CommanderError } from 'commander'
import { addAccess } from './commands/access.ts'
import { addCall } from './commands/call.ts'
import { addConfig } from './commands/config.ts'
import { addInbox } from './commands/inbox.ts'
import { addJoin } from './commands/joining.ts'
import { addLedger } from './commands/ledger.ts'
import { addMembers } from './commands/members.ts'
import { addServices, addTargets } from './commands/places.ts'
import { addProfiles } from './commands/profiles.ts'
import { addRecords } from './commands/records.ts'
import { addRehearsal } from './commands/rehearsal.ts'
import { addReleases } from './commands/releases.ts'
import { addServe } from './commands/serve.ts'
import type { Outcome } from './command.ts'
import { exitCodes } from './exitCodes.ts'
import type { ExitCode } from './exitCodes.ts'
import { explain } from './failure.ts'
import { createOutput } from './output.ts'
import { say } from './say.ts'
import type { Surroundings } from './surroundings.ts'

/** The whole command line; `outcome` gets the exit code of the command that ran. */
export function buildProgram(around: Surroundings, version: string, outcome: Outcome): Command {
  const program = new Command('pilothouse')
    .description(say('cli.about'))
    .version(version, '-V, --version', say('cli.version'))
    .option('--json', say('cli.json'))
    .option('--profile <name>', say('cli.profile'))
    .helpOption('-h, --help', say('cli.help'))
    .helpCommand(false)
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', `\n${say('cli.examples')}\n${say('example.cli').replace(/^/gm, '  ')}`)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => around.stdout.write(text),
      writeErr: (text) => around.stderr.write(text),
      // Said once, in the form of every other failure, by `run`.
      outputError: () => undefined,
    })
  const root = { command: program, around, outcome }
  addReleases(root)
  addInbox(root)
  addConfig(root)
  addServices(root)
  addTargets(root)
  addMembers(root)
  addAccess(root)
  addJoin(root)
  addLedger(root)
  addRecords(root)
  addProfiles(root)
  addCall(root)
  addServe(root)
  addRehearsal(root)
  return program
}

/** Runs one command line (without `node` and the script) to its end; the answer is the process's exit code. */
export async function run(argv: readonly string[], around: Surroundings, version: string): Promise<ExitCode> {
  const outcome: Outcome = { code: exitCodes.ok }
  try {
    await buildProgram(around, version, outcome).parseAsync(argv, { from: 'user' })
    return outcome.code
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    // Help and version end with 0; help for want of a command was shown already.
    if (error.exitCode === 0) return exitCodes.ok
    if (error.code !== 'commander.help') {
      createOutput(around.stdout, around.stderr, argv.includes('--json')).failure(explain(error))
    }
    return exitCodes.usage
  }
}
