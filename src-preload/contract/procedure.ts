import { oc } from '@orpc/contract'
import { z } from 'zod'
import { errorCodes, errorDataSchema } from './errors.ts'
import type { ErrorCode } from './errors.ts'
import type { Permission } from './vocabulary.ts'

/**
 * What every procedure says of itself: the permission that its subject's project must grant (`null`: any member),
 * whether it changes anything, and the command line that calls it.
 */
export interface ProcedureMeta {
  readonly permission: Permission | null
  readonly mutates: boolean
  readonly command: string
}

const failure = (code: ErrorCode) =>
  z.object({ data: errorDataSchema(code), hint: z.string().nullable(), causes: z.array(z.string()) })

/** Every code of the closed set, as oRPC's error map: a client tells them apart by `code` and reads typed `data`. */
export const errorMap = Object.fromEntries(errorCodes.map((code) => [code, { data: failure(code) }]))

const base = oc.$meta<ProcedureMeta>({ permission: null, mutates: false, command: '' }).errors(errorMap)

/** A procedure that only reads. */
export function reads(permission: Permission | null, command: string) {
  return base.meta({ permission, mutates: false, command })
}

/** A procedure that changes something; its input carries a `command_id` where repeating it must do nothing new. */
export function changes(permission: Permission | null, command: string) {
  return base.meta({ permission, mutates: true, command })
}
