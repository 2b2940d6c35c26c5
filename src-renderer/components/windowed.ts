import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useReducer, useState } from 'react'
import type { RefObject } from 'react'

/** The part of a long list that is in sight, in pixels from its beginning. */
export interface Windowed {
  readonly items: readonly { readonly index: number; readonly start: number }[]
  readonly height: number
  readonly measure: (element: Element | null) => void
  readonly reveal: (index: number) => void
}

/**
 * Which rows of a scrolling place to render. `onEnd` is called when the last one is among them.
 *
 * @param rowHeight a row's height in pixels until it is measured
 */
export function useWindowed(
  place: RefObject<HTMLElement | null>,
  count: number,
  rowHeight: number,
  onEnd?: () => void,
): Windowed {
  const [, renderAgain] = useReducer((times: number) => times + 1, 0)
  const options = {
    count,
    getScrollElement: () => place.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    onChange: renderAgain,
  }
  // The library's own hook, written out: it hands React an object that changes behind its back.
  const [virtual] = useState(() => new Virtualizer<HTMLElement, Element>(options))
  virtual.setOptions(options)
  useLayoutEffect(() => virtual._didMount(), [virtual])
  useLayoutEffect(() => virtual._willUpdate())
  const items = virtual.getVirtualItems().map(({ index, start }) => ({ index, start }))
  const last = items.at(-1)?.index
  useEffect(() => {
    if (last !== undefined && last >= count - 1) onEnd?.()
  }, [last, count, onEnd])
  return {
    items,
    height: virtual.getTotalSize(),
    measure: virtual.measureElement,
    reveal: (index) => virtual.scrollToIndex(index),
  }
}
