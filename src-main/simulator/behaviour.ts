/**
 * How a simulated program behaves. `failing-health` runs but never answers well; `crash-loop` ends with code 1 soon
 * after each start; `slow` takes a while to become ready; `exit-0` does its work and ends.
 */
export const behaviours = ['healthy', 'failing-health', 'crash-loop', 'slow', 'exit-0'] as const
export type Behaviour = (typeof behaviours)[number]

/** The label with which a document chooses the behaviour of a service's containers. */
export const behaviourLabel = 'pilothouse.simulated.behaviour'

/**
 * The behaviour that a document asks for: by the label, else by how the image's tag ends (`shop/web:1.5-crash-loop`);
 * `healthy` where neither says anything.
 */
export function askedBehaviour(image: string, labels: Readonly<Record<string, string>>): Behaviour {
  const label = labels[behaviourLabel]
  const tag = /:([\w][\w.-]*)(@sha256:[0-9a-f]{64})?$/.exec(image)?.[1] ?? ''
  const asked = (behaviour: Behaviour) =>
    label === undefined ? tag === behaviour || tag.endsWith(`-${behaviour}`) : label === behaviour
  return behaviours.find(asked) ?? 'healthy'
}
