import { runEntry } from './toolchain.js'

await runEntry('script/dev/demo.ts')
