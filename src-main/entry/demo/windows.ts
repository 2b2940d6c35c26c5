import { explain } from '../failure.ts'
import type { LoopbackOptions } from '../loopback.ts'
import type { Served } from '../loopback/serving.ts'
import type { MemberWindow, Narrator } from './narrator.ts'
import type { Stage } from './stage.ts'

/** The members of the story, and what each of them is there for. */
const members = [
  { member: 'alice', may: 'plans and carries out releases, and is the administrator' },
  { member: 'bob', may: 'approves what Alice asks for; may not release' },
  { member: 'carol', may: 'is new and may only look; sees what she is missing' },
] as const

/** The windows of all members. */
export interface Windows {
  /** Each with a fresh link. */
  all(): MemberWindow[]
  close(): Promise<void>
}

function toldTo(narrator: Narrator, member: string): LoopbackOptions['told'] {
  const say = (text: string) => narrator.aside(`${member}: ${text}`)
  return {
    defect: (incident, error) => say(`defect ${incident}: ${explain(error).message}`),
    trouble: (failure) => say(`${failure.message} ${failure.hint}`),
    carried: ({ release }) => say(`${release.label}: ${release.lifecycle_state}`),
  }
}

/** Serves a window for each member of the story, each their own profile, port and session. */
export async function openWindows(stage: Stage, narrator: Narrator): Promise<Windows> {
  const served: { member: string; may: string; window: Served }[] = []
  const close = async () => {
    for (const { window } of served) await window.close()
  }
  try {
    for (const { member, may } of members) {
      served.push({ member, may, window: await stage.serve(member, toldTo(narrator, member)) })
    }
  } catch (error) {
    await close()
    throw error
  }
  return {
    all: () =>
      served.map(({ member, may, window }) => ({ member, may, url: window.url, link: window.link() })),
    close,
  }
}
