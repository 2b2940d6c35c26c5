import { existsSync } from 'node:fs'
import path from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import { PilothouseError } from '../../../src-preload/contract/errors.ts'

const page = 'index.html'

/** Throws `not_found` where a folder does not hold a built window. */
export function requireWindow(folder: string): void {
  if (existsSync(path.join(folder, page))) return
  throw new PilothouseError('not_found', { folder }, { hint: 'window' })
}

/** Whether a path is one of the window's own addresses (`/releases/…`) and not a file that is missing. */
export function isAddress(target: string): boolean {
  const [pathname = ''] = target.split('?', 1)
  return !(pathname.split('/').at(-1) ?? '').includes('.')
}

/** Serves the window's files; every address of the window gets its one page. */
export async function addPages(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    index: page,
    dotfiles: 'ignore',
    redirect: false,
    cacheControl: false,
    setHeaders: (reply, file) => {
      // What the build puts under assets has its content's hash in its name.
      if (path.relative(folder, file).startsWith(`assets${path.sep}`)) {
        reply.header('Cache-Control', 'private, max-age=31536000, immutable')
      }
    },
  })
  app.setNotFoundHandler(async (request, reply) => {
    const reading = request.method === 'GET' || request.method === 'HEAD'
    if (reading && isAddress(request.url)) return reply.sendFile(page)
    throw new PilothouseError('not_found', {})
  })
}
