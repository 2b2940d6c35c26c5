import type { Engine } from '../engine/engine.ts'
import type { EngineParts } from '../engine/parts.ts'

/** What a procedure works with: the engine, and the parts that its reads and commands go to. */
export interface ApiContext {
  readonly engine: Engine
  readonly parts: EngineParts
}
