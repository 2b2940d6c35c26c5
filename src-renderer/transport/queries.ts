import { QueryClient } from '@tanstack/react-query'
import { failureOf } from './failure.ts'

const retriesWhenLost = 5

/** What was read, kept until the live stream says that it changed. Only a read whose answer got lost is read again. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The engine is on this machine or behind a tunnel: what the browser believes of the network says nothing.
        networkMode: 'always',
        staleTime: 30_000,
        retry: (count, error) => failureOf(error).code === 'offline' && count < retriesWhenLost,
        retryDelay: 200,
      },
      mutations: { networkMode: 'always', retry: false },
    },
  })
}
