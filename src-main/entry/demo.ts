import process from 'node:process'
import { parseArgs } from 'node:util'
import { narratorFor } from './demo/narrator.ts'
import { openStage } from './demo/stage.ts'
import { tellStory } from './demo/story.ts'

const { values } = parseArgs({
  options: { exit: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
})

async function untilInterrupted(): Promise<void> {
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
}

const narrator = narratorFor({ json: values.json, write: (text) => process.stdout.write(text) })
const stage = await openStage(narrator)
try {
  await tellStory(stage, narrator)
  if (!values.exit) {
    narrator.remains(stage.home)
    await untilInterrupted()
  }
} finally {
  await stage.close()
}
