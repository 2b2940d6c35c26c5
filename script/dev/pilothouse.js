#!/usr/bin/env node
import { runEntry } from './toolchain.js'

await runEntry('src-main/entry/cli.ts')
