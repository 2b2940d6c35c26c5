import type { Engine } from '../engine/engine.ts'
import type { EngineParts } from '../engine/parts.ts'
import type { Access } from '../ports/access.ts'

/** What a procedure works with: the engine, the parts that its reads and commands go to, and who may do what. */
export interface ApiContext {
  readonly engine: Engine
  readonly parts: EngineParts
  readonly access: Access
  /** Where the person works, for the record of what they asked for. */
  readonly source: 'desktop' | 'cli'
}
