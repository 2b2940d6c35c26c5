import { create } from 'zustand'

/** `since`: milliseconds since 1970, by this machine's clock. */
export type Connection =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live'; readonly since: number }
  | { readonly kind: 'offline'; readonly since: number }

/** Whether the engine can be reached; what is shown meanwhile is as of the moment it was last read. */
export const useConnection = create<Connection>(() => ({ kind: 'connecting' }))

/** Tells the window that the engine answers, or no longer does; repeating it keeps the first moment. */
export function noteConnection(kind: 'live' | 'offline', now = Date.now()): void {
  const before = useConnection.getState()
  if (before.kind !== kind) useConnection.setState({ kind, since: now }, true)
}
