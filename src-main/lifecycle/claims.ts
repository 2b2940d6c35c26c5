import type { Comparison, Diff, ObjectChange } from '../../src-preload/contract/releases.ts'

function keyOf({ kind, name }: ObjectChange): string {
  return JSON.stringify([kind, name])
}

/** An object's change in a form that is equal where it says the same; null says that nothing changes. */
function saying(change: ObjectChange | undefined): string | null {
  if (change === undefined || change.action === 'unchanged') return null
  const fields = change.fields.map(({ path, before, after, secret }) =>
    JSON.stringify([path, before, after, secret]),
  )
  return JSON.stringify([change.action, fields.toSorted()])
}

/**
 * The objects of which the requester's diff says something else than one's own: another action, other fields, or
 * nothing at all. An object that is called unchanged and one that is left out say the same.
 */
export function claimDiffers(own: Diff, claimed: Diff): Comparison['claim_differs'] {
  const mine = new Map(own.objects.map((object) => [keyOf(object), object]))
  const theirs = new Map(claimed.objects.map((object) => [keyOf(object), object]))
  return [...new Map([...theirs, ...mine])]
    .filter(([key]) => saying(mine.get(key)) !== saying(theirs.get(key)))
    .map(([, { kind, name }]) => ({ kind, name }))
    .toSorted((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name))
}
