import process from 'node:process'
import { startEmbedded } from '../../src-main/ledger/embedded/embedded.ts'

/** Run as a process of its own by the tests: starts or finds the server of argv's data home and says what it got. */
const { pid, port, dataDir } = await startEmbedded(String(process.argv[2]))
process.stdout.write(JSON.stringify({ pid, port, dataDir, uid: process.getuid?.() }))
