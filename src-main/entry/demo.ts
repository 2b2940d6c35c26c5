import process from 'node:process'
import { parseArgs } from 'node:util'
import { narratorFor } from './demo/narrator.ts'
import type { Narrator } from './demo/narrator.ts'
import { openStage } from './demo/stage.ts'
import type { Stage } from './demo/stage.ts'
import { tellStory, leaveOneWaiting } from './demo/story.ts'
import { openWindows } from './demo/windows.ts'
import { requireWindow } from './loopback/pages.ts'
import { builtWindow } from './loopback/windowFolder.ts'
import { terminalInput } from './terminal.ts'

const { values } = parseArgs({
  options: { exit: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})

async function untilInterrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}

/** Leaves the story's world open: a ticket that waits, and a window for each member. */
async function stayOpen(stage: Stage, narrator: Narrator): Promise<void> {
  const interrupted = untilInterrupted()
  await leaveOneWaiting(stage, narrator)
  const windows = await openWindows(stage, narrator)
  try {
    narrator.remains(stage.home, windows.all())
    const input = terminalInput()
    const quiet = input.interactive ? input.onEnter(() => narrator.links(windows.all())) : () => undefined
    await interrupted
    quiet()
  } finally {
    await windows.close()
  }
}

// Said before the story, which takes a while.
if (!values.exit) requireWindow(builtWindow)
const narrator = narratorFor({ json: values.json, write: (text) => process.stdout.write(text) })
const stage = await openStage(narrator)
try {
  await tellStory(stage, narrator)
  if (!values.exit) await stayOpen(stage, narrator)
} finally {
  await stage.close()
}
