// Keeps one Docker Engine for a test run, in a process and session of its own: however the run ends, by
// itself, by ^C or killed, its end of the pipe closes, and then everything is stopped and cleared away.
// Says one line of JSON when the engine answers or when it could not be started.
import process from 'node:process'
import { finished } from 'node:stream/promises'
import { startDockerd } from './dockerd.ts'

let engine
try {
  engine = await startDockerd()
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: String(error) })}\n`)
  process.exit(1)
}
process.stdout.write(`${JSON.stringify({ address: engine.address })}\n`)
await finished(process.stdin.resume(), { writable: false })
await engine.stop()
