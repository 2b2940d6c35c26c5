import { implement, onError } from '@orpc/server'
import { contract } from '../../src-preload/contract/contract.ts'
import { rethrow } from './failures.ts'
import type { ApiContext } from './surroundings.ts'

/** The contract, ready for handlers; an expected failure leaves every one of them as its code. */
export const api = implement(contract).$context<ApiContext>().use(onError(rethrow))
