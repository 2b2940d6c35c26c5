import { Anchor, Modal, Notification, createTheme } from '@mantine/core'
import type { CSSVariablesResolver, MantineColorSchemeManager, MantineThemeOverride } from '@mantine/core'
import { usePreferences } from '../state/preferences.ts'
import type { Say } from '../words/words.ts'

/** Mantine's theme with shades that text can be read on (WCAG AA), and names for its buttons without words. */
export function themeFor(say: Say): MantineThemeOverride {
  const closeButtonProps = { 'aria-label': say('window.close') }
  return createTheme({
    primaryColor: 'blue',
    primaryShade: { light: 8, dark: 8 },
    autoContrast: true,
    defaultRadius: 'sm',
    cursorType: 'pointer',
    fontFamily:
      "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif",
    fontFamilyMonospace:
      "ui-monospace, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'Noto Sans Mono CJK SC', monospace",
    respectReducedMotion: true,
    components: {
      // Colour alone does not tell a link from the words around it.
      Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
      // A dialog's heading is no second banner of the page.
      Modal: Modal.extend({ defaultProps: { attributes: { header: { role: 'none' } }, closeButtonProps } }),
      Notification: Notification.extend({ defaultProps: { closeButtonProps } }),
    },
  })
}

/** Where Mantine's own colours for lesser words have too little contrast. */
export const readableColors: CSSVariablesResolver = () => ({
  variables: { '--mantine-color-teal-filled': 'var(--mantine-color-teal-9)' },
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-placeholder': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
    '--mantine-color-anchor': 'var(--mantine-color-blue-9)',
    '--mantine-color-blue-light-hover': 'var(--mantine-color-blue-1)',
    '--mantine-color-yellow-light-color': '#7a4a00',
    '--mantine-color-teal-light-color': '#05563d',
  },
  dark: {
    '--mantine-color-dimmed': 'var(--mantine-color-dark-1)',
    '--mantine-color-placeholder': 'var(--mantine-color-dark-2)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
    '--mantine-color-anchor': 'var(--mantine-color-blue-2)',
  },
})

/** Keeps the colour scheme where this person's other preferences are. */
export function schemeKeeper(): MantineColorSchemeManager {
  let leave = () => {}
  return {
    get: () => usePreferences.getState().scheme,
    set: (scheme) => usePreferences.getState().choose({ scheme }),
    subscribe: (onUpdate) => {
      leave = usePreferences.subscribe((now, before) => {
        if (now.scheme !== before.scheme) onUpdate(now.scheme)
      })
    },
    unsubscribe: () => leave(),
    clear: () => usePreferences.getState().choose({ scheme: 'auto' }),
  }
}
