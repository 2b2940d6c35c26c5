import { Buffer } from 'node:buffer'
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import ssh2 from 'ssh2'
import type { AuthContext, Connection, ServerChannel } from 'ssh2'
import type { Answer } from './answer.ts'
import type { Visit } from './commands.ts'
import type { RunKey } from './keys.ts'

/** Who may come in, and what becomes of a command line. */
export interface Door {
  readonly hostKey: RunKey
  readonly clientKey: RunKey
  readonly user: string
  readonly answer: (visit: Visit) => Promise<Answer>
}

const longestInput = 64 * 1024 * 1024
/** As sshd's MaxSessions. */
const mostSessions = 10
/** How long a visitor has to take leave before its connection is cut, in milliseconds. */
const leave = 500

/** An SSH server on loopback that knows one user with one key, and offers nothing but command lines. */
export class SshServer {
  readonly #door: Door
  readonly #ssh: ssh2.Server
  readonly #listener: Server
  readonly #sockets = new Set<Socket>()
  readonly #connections = new Set<Connection>()
  #dead = false

  constructor(door: Door) {
    this.#door = door
    this.#ssh = new ssh2.Server({ hostKeys: [door.hostKey.privateKey], ident: 'pilothouse_simulated' })
    this.#ssh.on('connection', (connection) => this.#receive(connection))
    this.#listener = createServer((socket) => this.#connect(socket))
  }

  /** Open connections. */
  get connections(): number {
    return this.#sockets.size
  }

  /** Listens on a free port of 127.0.0.1 and gives it. */
  async listen(): Promise<number> {
    this.#listener.listen(0, '127.0.0.1')
    await once(this.#listener, 'listening')
    return portOf(this.#listener.address())
  }

  /** Whether connections are dropped: those that are open now, and new ones before a word is said. */
  setDead(dead: boolean): void {
    this.#dead = dead
    if (dead) this.#cut()
  }

  /** Sends everybody away and stops listening. */
  async close(): Promise<void> {
    const closed = once(this.#listener, 'close')
    this.#listener.close()
    for (const connection of this.#connections) connection.end()
    const cut = setTimeout(() => this.#cut(), leave)
    await closed
    clearTimeout(cut)
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #connect(socket: Socket): void {
    if (this.#dead) {
      socket.destroy()
      return
    }
    socket.setNoDelay(true)
    this.#sockets.add(socket)
    socket.on('close', () => this.#sockets.delete(socket))
    this.#ssh.injectSocket(socket)
  }

  #receive(connection: Connection): void {
    let sessions = 0
    this.#connections.add(connection)
    connection.on('close', () => this.#connections.delete(connection))
    connection.on('error', () => connection.end())
    connection.on('authentication', (context) => this.#authenticate(context))
    connection.on('session', (accept, reject) => {
      if (sessions >= mostSessions) return reject()
      sessions += 1
      const session = accept()
      session.on('close', () => (sessions -= 1))
      session.on('exec', (acceptExec, _reject, { command }) => {
        serve(acceptExec(), command, this.#door.answer)
      })
    })
  }

  #authenticate(context: AuthContext): void {
    const { user, clientKey } = this.#door
    const isTheirs =
      context.method === 'publickey' &&
      context.username === user &&
      context.key.data.equals(clientKey.publicKey.getPublicSSH())
    if (!isTheirs) return context.reject(['publickey'])
    const { blob, signature, hashAlgo } = context
    // Without a signature the visitor only asks whether the key would do.
    if (signature === undefined || blob === undefined) return context.accept()
    if (clientKey.publicKey.verify(blob, signature, hashAlgo)) return context.accept()
    context.reject(['publickey'])
  }
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new TypeError('a TCP listener has a port')
  return address.port
}

function serve(channel: ServerChannel, line: string, answer: Door['answer']): void {
  const gone = new AbortController()
  channel.on('close', () => gone.abort())
  channel.on('error', () => gone.abort())
  answer({ line, stdin: () => readAll(channel), signal: gone.signal })
    .catch((error: unknown) => simulatorFailed(error))
    .then((given) => (gone.signal.aborted ? undefined : deliver(channel, given)))
    .catch(() => channel.destroy())
}

function simulatorFailed(error: unknown): Answer {
  return { code: 1, stdout: Buffer.alloc(0), stderr: `the simulator itself failed: ${String(error)}\n` }
}

async function readAll(channel: ServerChannel): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of channel) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('a channel gives bytes')
    size += chunk.length
    if (size > longestInput) throw new RangeError(`more than ${longestInput} bytes were sent`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function deliver(channel: ServerChannel, { code, stdout, stderr }: Answer): Promise<void> {
  // What the verb had no use for is let go, or the channel would never end.
  channel.resume()
  if (stderr !== '') await written(channel.stderr, Buffer.from(stderr))
  if (stdout.length > 0) await written(channel, stdout)
  channel.exit(code)
  channel.end()
}

async function written(stream: NodeJS.WritableStream, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()))
  })
}
