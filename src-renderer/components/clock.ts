import { useEffect, useState } from 'react'

/** The time by this machine's clock in milliseconds since 1970, anew every so many milliseconds. */
export function useNow(every = 1_000): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), every)
    return () => clearInterval(timer)
  }, [every])
  return now
}
