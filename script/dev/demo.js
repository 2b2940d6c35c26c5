import { runEntry } from './toolchain.js'

await runEntry('src-main/entry/demo.ts')
