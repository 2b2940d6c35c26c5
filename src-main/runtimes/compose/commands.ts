import type { ExecOptions, Executed } from '../../ssh/connection.ts'

/** Runs argvs of the host protocol somewhere: on another machine over SSH, or on this one. */
export interface HostCommands {
  /** The place in words, for errors and findings. */
  readonly name: string
  run(argv: readonly string[], options?: ExecOptions): Promise<Executed>
  close(): Promise<void>
}
