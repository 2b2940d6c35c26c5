import { configureGlobal } from 'fast-check'

// Ten times fast-check's own number: `npm run test:long` looks longer for a counterexample.
configureGlobal({ numRuns: 1000 })
