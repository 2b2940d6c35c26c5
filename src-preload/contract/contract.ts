import { accessContract } from './access.ts'
import { auditContract } from './audit.ts'
import { configContract } from './config.ts'
import { eventContract } from './events.ts'
import { inboxContract } from './inbox.ts'
import { memberContract } from './members.ts'
import { releaseContract } from './releases.ts'
import { serviceContract } from './services.ts'
import { targetContract } from './targets.ts'

/** Everything that an entry point offers; `api/` implements it once. */
export const contract = {
  releases: releaseContract,
  inbox: inboxContract,
  services: serviceContract,
  targets: targetContract,
  config: configContract,
  members: memberContract,
  access: accessContract,
  audit: auditContract,
  events: eventContract,
}
export type Contract = typeof contract
