import { PilothouseError, isPilothouseError } from '../../../src-preload/contract/errors.ts'
import type { Check, PlannedStep } from '../../../src-preload/contract/releases.ts'
import { createMask } from '../../lifecycle/masking.ts'
import type { Run, Runtime, StepOutcome } from '../../ports/runtime.ts'
import { diagnose } from './diagnosis.ts'
import type { ComposeHost } from './host.ts'
import { createHosts } from './hosts.ts'
import type { ComposeOptions } from './hosts.ts'
import { observe } from './look.ts'
import { createMemories } from './memory.ts'
import { composeCheck } from './noticed.ts'
import { objects } from './objects.ts'
import { pin } from './pin.ts'
import { planCompose } from './plan.ts'
import { renderDirectory } from './render.ts'
import { jobStep, putStep } from './steps.ts'
import type { StepContext } from './steps.ts'
import { validate } from './validate.ts'
import { verify } from './verification.ts'

/** Compose on hosts over SSH and on this machine. One connection a host, closed by `close`. */
export function createComposeRuntime(options: ComposeOptions): Runtime {
  const { clock } = options
  const hosts = createHosts(options)
  const memoryOf = createMemories()
  const contextOf = async (run: Run): Promise<StepContext> => ({
    host: await hosts.at(run.target.place.host),
    run,
    mask: createMask(run.secrets.values()),
    memory: memoryOf(run),
  })
  return {
    name: 'compose',
    validate,
    render: renderDirectory,
    pin,
    objects,
    plan: planCompose,
    observe: async (request) =>
      observe(await hosts.at(request.target.place.host), request, () => clock.now()),
    execute: async (step, run) => execute(step, await contextOf(run)),
    verify: async (run, rules) => {
      const { host, mask, memory } = await contextOf(run)
      const { before, ends } = memory
      const verdict = await verify(run, rules, { host, mask, clock, before, ends })
      if (!verdict.passed) return verdict
      return { ...verdict, checks: [...verdict.checks, ...(await tidyUp(host, run))] }
    },
    diagnose: async (run, failure) => {
      const { host, mask, memory } = await contextOf(run)
      const { output, ends } = memory
      return diagnose(run, failure, { host, mask, clock, output, ends })
    },
    close: () => hosts.close(),
  }
}

/** What is verified stays verified, also where old documents could not be removed: the next run removes them. */
async function tidyUp(host: ComposeHost, run: Run): Promise<Check[]> {
  try {
    await host.collectGarbage(run.target.place.project)
    return []
  } catch (error) {
    if (!isPilothouseError(error)) throw error
    return [composeCheck('host_not_tidied', 'warning', { reason: error.code })]
  }
}

async function execute(step: PlannedStep, context: StepContext): Promise<StepOutcome> {
  const { run, host } = context
  if (run.signal.aborted) {
    throw new PilothouseError('aborted', { host: host.name }, { cause: run.signal.reason })
  }
  switch (step.key) {
    case 'put':
      return putStep(context)
    case 'config':
    case 'pull':
    case 'up':
      return jobStep(context, step.key, step)
    default:
      throw new PilothouseError('internal_error', {
        what: 'step',
        problem: `no step is called ${step.key}`,
      })
  }
}
