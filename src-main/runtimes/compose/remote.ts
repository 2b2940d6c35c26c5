import { placeName } from '../../ssh/connect.ts'
import type { SshOptions } from '../../ssh/connect.ts'
import { openConnection } from '../../ssh/connection.ts'
import type { HostCommands } from './commands.ts'
import { commandLine } from './protocol.ts'

/** A host over SSH; connects when first asked. */
export function remoteCommands(options: SshOptions): HostCommands {
  const connection = openConnection(options)
  return {
    name: placeName(options.place),
    run: (argv, execOptions) => connection.exec(commandLine(argv), execOptions),
    close: () => connection.close(),
  }
}
