import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { vi } from 'vitest'
import { App } from '../../src-renderer/frame/App.tsx'
import { forgetDrafts } from '../../src-renderer/state/drafts.ts'
import { usePreferences } from '../../src-renderer/state/preferences.ts'
import type { Language } from '../../src-renderer/state/preferences.ts'
import { mutates, speakThrough } from '../../src-renderer/transport/client.ts'
import { failing } from '../../src-renderer/transport/failure.ts'
import { createQueries } from '../../src-renderer/transport/queries.ts'
import { speak } from '../../src-renderer/words/words.ts'

/** What an engine answers, by `<noun>.<verb>`; a procedure that isn't here refuses with `not_found`. */
export type Answers = Record<string, (input: unknown) => unknown>

/** A page that was rendered over an engine that answers as told. */
export interface Stage {
  /** Commands that were sent, in their order, with their input. */
  readonly sent: { readonly procedure: string; readonly input: unknown }[]
  /** What the engine answers from now on; the page is told that something changed. */
  change(answers: Answers): Promise<void>
}

/** What Mantine and the virtual list ask of a browser and jsdom does not have. */
function furnish(): void {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      observe() {}
      unobserve() {}
      disconnect() {}
    },
  )
  window.matchMedia = (query) => ({
    matches: false,
    media: query,
    onchange: null,
    addListener: () => {},
    removeListener: () => {},
    addEventListener: () => {},
    removeEventListener: () => {},
    dispatchEvent: () => false,
  })
  Object.defineProperty(document, 'fonts', {
    configurable: true,
    value: { addEventListener: () => {}, removeEventListener: () => {} },
  })
  Element.prototype.scrollIntoView = () => {}
  Element.prototype.scrollTo = () => {}
  // A list in sight is 600 pixels high, and each of its rows 44.
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(600)
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1000)
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockReturnValue(44)
  vi.spyOn(HTMLElement.prototype, 'offsetWidth', 'get').mockReturnValue(1000)
}

/** Renders a page at an address, in one language, over an engine that answers as told. */
export async function shown(
  page: ReactNode,
  answers: Answers,
  at = '/',
  language: Language = 'en',
): Promise<Stage> {
  furnish()
  forgetDrafts()
  window.location.hash = at
  usePreferences.setState({ language })
  await speak(language)
  const sent: Stage['sent'] = []
  let told = answers
  speakThrough({
    call: async (path, input) => {
      const procedure = path.join('.')
      if (mutates(path)) sent.push({ procedure, input })
      const answer = told[procedure]
      if (answer === undefined) throw failing('not_found', { procedure })
      return answer(input)
    },
  })
  const queries = createQueries()
  render(<App queries={queries}>{page}</App>)
  return {
    sent,
    change: async (changed) => {
      told = { ...told, ...changed }
      await queries.invalidateQueries()
    },
  }
}
