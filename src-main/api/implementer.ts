import { implement, onError } from '@orpc/server'
import { contract } from '../../src-preload/contract/contract.ts'
import { authorize } from './authorization.ts'
import { rethrow } from './failures.ts'
import type { ApiContext } from './surroundings.ts'

/** Counted from the last middleware: the input is parsed before the one that authorizes by it. */
const parsedBefore = { initialInputValidationIndex: -1 }

/** The contract, ready for handlers: parse → authorize → dispatch. An expected failure leaves as its code. */
export const api = implement(contract, parsedBefore)
  .$context<ApiContext>()
  .use(onError(rethrow))
  .use(async ({ context, path, procedure, next }, input) => {
    await authorize(context, { procedure: path.join('.'), meta: procedure['~orpc'].meta, input })
    return next()
  })
