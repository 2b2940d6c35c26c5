/** A socket without a network: what is sent is kept, and what arrives is told by hand. */
export class FakeSocket extends EventTarget implements Pick<WebSocket, 'readyState' | 'send'> {
  readyState: WebSocket['readyState'] = 3
  readonly sent: string[] = []

  send(data: Parameters<WebSocket['send']>[0]): void {
    if (typeof data !== 'string') throw new TypeError('text only')
    this.sent.push(data)
  }

  open(): void {
    this.readyState = 1
    this.dispatchEvent(new Event('open'))
  }

  lose(): void {
    this.readyState = 3
    this.dispatchEvent(new Event('close'))
  }

  receive(data: string): void {
    this.dispatchEvent(new MessageEvent('message', { data }))
  }
}
