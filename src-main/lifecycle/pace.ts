/** How long a lease holds, and how often it is renewed; renewals also bring the word that somebody asked to abort. */
export const lease = { seconds: 60, renewEveryMs: 2_000 } as const
