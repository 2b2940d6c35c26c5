import { runEntry } from './toolchain.js'

await runEntry('script/dev/check/run.ts')
