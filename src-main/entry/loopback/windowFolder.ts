import path from 'node:path'

/** Where the build puts the window: `out/renderer` beside the program's sources. */
export const builtWindow = path.resolve(import.meta.dirname, '..', '..', '..', 'out', 'renderer')
