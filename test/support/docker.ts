import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import process from 'node:process'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { inject } from 'vitest'
import { z } from 'zod'

const run = promisify(execFile)
const answer = z.union([z.object({ address: z.string() }), z.object({ error: z.string() })])

declare module 'vitest' {
  interface ProvidedContext {
    enginePort: number
  }
}

/** A Docker Engine that tests may use: the machine's own, or one of this run. */
export interface DockerEngine {
  /** For DOCKER_HOST, such as `unix:///var/run/docker.sock`. */
  address: string
  /** Runs the docker command against it and gives its stdout; rejects with stderr in the message. */
  docker: (...args: string[]) => Promise<string>
}

/**
 * The run's Docker Engine; it is started when the first test of a run asks, where none was running. Ask
 * within a suite of `describeWith(['docker'], …)`. Whoever makes containers, networks or images removes them.
 */
export async function dockerEngine(): Promise<DockerEngine> {
  const found = answer.parse(JSON.parse(await text(connect(inject('enginePort'), '127.0.0.1'))))
  if ('error' in found) throw new Error(found.error)
  const { address } = found
  const env = { ...process.env, DOCKER_HOST: address }
  return { address, docker: async (...args) => (await run('docker', args, { env })).stdout.trim() }
}

/** What an image holds besides busybox. */
export interface ImageContent {
  /** Absolute path in the image → text. */
  files?: Record<string, string>
  /** Dockerfile instructions, such as `CMD ["httpd", "-f", "-h", "/www"]` or `HEALTHCHECK …`. */
  instructions?: string[]
}

/**
 * Makes an image out of the machine's static busybox, with all of its commands in /bin; nothing is pulled.
 * Needs the parts docker and busybox-static.
 *
 * @param tag such as `pilothouse-test/web:1`
 * @returns the image's id, `sha256:…`
 */
export async function importBusybox(
  engine: DockerEngine,
  tag: string,
  { files = {}, instructions = [] }: ImageContent = {},
): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pilothouse-image-'))
  try {
    await layOut(path.join(folder, 'root'), files)
    const archive = path.join(folder, 'image.tar')
    await run('tar', [
      '--create',
      '--owner=0',
      '--group=0',
      '--directory',
      path.join(folder, 'root'),
      '--file',
      archive,
      '.',
    ])
    const changes = instructions.flatMap((instruction) => ['--change', instruction])
    return await engine.docker('import', ...changes, archive, tag)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function layOut(root: string, files: Record<string, string>): Promise<void> {
  for (const folder of ['bin', 'tmp', 'etc']) await mkdir(path.join(root, folder), { recursive: true })
  await chmod(path.join(root, 'tmp'), 0o1777)
  await copyFile('/bin/busybox', path.join(root, 'bin', 'busybox'))
  const { stdout } = await run('/bin/busybox', ['--list'])
  const commands = stdout.split('\n').filter((name) => name !== '' && name !== 'busybox')
  await Promise.all(commands.map((name) => symlink('busybox', path.join(root, 'bin', name))))
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(root, file)), { recursive: true })
    await writeFile(path.join(root, file), content, { mode: file.startsWith('/bin/') ? 0o755 : 0o644 })
  }
}
