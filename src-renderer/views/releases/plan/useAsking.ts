import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { Preview, Release } from '../../../../src-preload/contract/releases.ts'
import type { CommandId } from '../../../../src-preload/contract/vocabulary.ts'
import { client, orpc } from '../../../transport/client.ts'
import { useCommand } from '../../../transport/command.ts'
import type { CommandInput } from '../../../transport/command.ts'
import { failureOf } from '../../../transport/failure.ts'
import { planAgainInput } from './form.ts'
import { isStale, wayOn } from './stale.ts'
import type { Stale } from './stale.ts'

/** Reads the plan that the ledger has now; null where there is none. */
async function currentPlan(release: Release): Promise<Preview | null> {
  try {
    return await client.releases.show_preview({ release: release.id })
  } catch (error) {
    if (failureOf(error).code === 'preview_required') return null
    throw error
  }
}

/** The plan once more: a way back is planned as one, and is then a release of its own. */
function planAgain(release: Release, command_id: CommandId) {
  if (release.kind !== 'rollback' || release.source_release_id === null) {
    return client.releases.preview({ ...planAgainInput(release), command_id })
  }
  const { source_release_id: source, target_revision: to, reason } = release
  return client.releases.rollback({ command_id, release: source, reason, ...(to === null ? {} : { to }) })
}

type Ask = CommandInput<typeof client.releases.request_apply>

/** Asking for a plan that was read, and back to reading where it no longer counts. */
export function useAsking(release: Release) {
  const queries = useQueryClient()
  const [, navigate] = useLocation()
  const [stale, setStale] = useState<Stale | null>(null)
  const again = useCommand(planAgain)
  const ask = useCommand((input: Ask, command_id) => client.releases.request_apply({ ...input, command_id }))
  const readAgain = () => void queries.invalidateQueries({ queryKey: orpc.releases.key() })
  const replan = () =>
    again.mutate(release, {
      onSuccess: ({ release: planned }) => {
        readAgain()
        if (planned.id !== release.id) navigate(`/releases/${planned.label}/plan`, { replace: true })
      },
    })
  const look = useMutation({ mutationFn: () => currentPlan(release) })
  const leadBack = (confirmed: Preview, reason: Stale) => {
    setStale(reason)
    ask.reset()
    look.mutate(undefined, {
      onSuccess: (current) => {
        if (wayOn(confirmed, current) === 'plan_again') replan()
        else readAgain()
      },
    })
  }
  const request = (preview: Preview, onStale: () => void) => {
    setStale(null)
    const { preview_ref, context_hash } = preview
    ask.mutate(
      { release: release.id, preview_ref, context_hash, source: 'desktop' },
      {
        onSuccess: () => {
          readAgain()
          navigate(`/releases/${release.label}`)
        },
        onError: (error) => {
          const { code } = failureOf(error)
          if (!isStale(code)) return
          onStale()
          leadBack(preview, code)
        },
      },
    )
  }
  return { request, replan, stale, ask, again, look }
}
