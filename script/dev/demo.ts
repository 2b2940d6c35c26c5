import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import { repository } from './toolchain.js'
import { ensureWindow } from './window.ts'

// A demo that ends by itself shows no window.
if (!process.argv.includes('--exit')) {
  process.stderr.write('Building the window, unless it is up to date …\n')
  await ensureWindow()
}
await import(pathToFileURL(path.join(repository, 'src-main', 'entry', 'demo.ts')).href)
