import { useEffect, useState } from 'react'

/**
 * For a dialog that is there only while it is open: gives the focus back to what had it before, usually the button that
 * opened it.
 */
export function useFocusGivenBack(opened = true): void {
  const [before] = useState(() => (opened ? document.activeElement : null))
  useEffect(
    () => () => {
      if (before instanceof HTMLElement && before !== document.body) {
        // The dialog's own trap lets go of the focus first.
        setTimeout(() => before.focus({ preventScroll: true }))
      }
    },
    [before],
  )
}
