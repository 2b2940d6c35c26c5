import path from 'node:path'
import process from 'node:process'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const root = path.join(import.meta.dirname, 'src-renderer')
const out = process.env['PILOTHOUSE_WINDOW_OUT'] ?? path.join(import.meta.dirname, 'out', 'renderer')

/** The window: one page, served by the loopback entry point from `out/renderer`. */
export default defineConfig({
  renderer: {
    root,
    plugins: [react()],
    build: {
      outDir: out,
      emptyOutDir: true,
      minify: true,
      // What is large and rarely needed is loaded by itself; the rest comes from this machine.
      chunkSizeWarningLimit: 1500,
      rolldownOptions: { input: path.join(root, 'index.html') },
    },
  },
})
