import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import type { QueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useEffect, useMemo } from 'react'
import { Router } from 'wouter'
import { usePreferences } from '../state/preferences.ts'
import { speak, useWords } from '../words/words.ts'
import { hashPath, useHashQuery } from './hashLocation.ts'
import { readableColors, schemeKeeper, themeFor } from './theme.ts'

const keeper = schemeKeeper()

/** Everything around the pages: theme, language, what was read, and the address. */
export function App({ queries, children }: { readonly queries: QueryClient; readonly children: ReactNode }) {
  const language = usePreferences((preferences) => preferences.language)
  const { say } = useWords()
  const theme = useMemo(() => themeFor(say), [say])
  useEffect(() => {
    document.documentElement.lang = language
    void speak(language)
  }, [language])
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={readableColors}
      colorSchemeManager={keeper}
      defaultColorScheme="auto"
    >
      <Notifications position="bottom-right" />
      <QueryClientProvider client={queries}>
        <Router hook={hashPath} searchHook={useHashQuery}>
          {children}
        </Router>
      </QueryClientProvider>
    </MantineProvider>
  )
}
