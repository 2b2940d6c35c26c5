import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import type { Socket } from 'node:net'

/** The way from a browser to its server, as an SSH tunnel is one: it can be cut and mended. */
export interface Line {
  /** On 127.0.0.1. */
  readonly port: number
  /** Ends everything that goes over it, and lets nothing through until it is mended. */
  cut(): void
  mend(): void
  /** Leads to another port from the next connection on. */
  lead(to: number): void
  close(): Promise<void>
}

/** Opens a line to a port of this machine. */
export async function openLine(first: number): Promise<Line> {
  const ends = new Set<Socket>()
  let whole = true
  let to = first
  const keep = (end: Socket, other: Socket) => {
    ends.add(end)
    end.on('error', () => other.destroy())
    end.on('close', () => {
      ends.delete(end)
      other.destroy()
    })
  }
  const server = createServer((near) => {
    if (!whole) {
      near.destroy()
      return
    }
    const far = connect(to, '127.0.0.1')
    keep(near, far)
    keep(far, near)
    near.pipe(far).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('a line needs a port')
  const cut = () => {
    whole = false
    for (const end of ends) end.destroy()
  }
  return {
    port: address.port,
    cut,
    mend: () => {
      whole = true
    },
    lead: (port) => {
      to = port
    },
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
