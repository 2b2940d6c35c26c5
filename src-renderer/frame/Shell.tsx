import { AppShell, Burger, Group, NavLink, Text, VisuallyHidden } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Redirect, Route, Switch, useLocation } from 'wouter'
import { Empty } from '../components/Empty.tsx'
import { Page } from '../components/Page.tsx'
import { useShortcuts } from '../components/shortcuts.ts'
import { useWords } from '../words/words.ts'
import { KeyHelp } from './KeyHelp.tsx'
import { navigation, routes } from './routes.tsx'
import { ConnectionStatus, LedgerStatus } from './Status.tsx'
import { Who } from './Who.tsx'

/** Navigation, who and where one is, and the page. */
export function Shell() {
  const { say } = useWords()
  const [menu, { toggle, close }] = useDisclosure(false)
  const [help, helping] = useDisclosure(false)
  useShortcuts([{ key: '?', label: 'window.keys.help', run: helping.open }])
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 210, breakpoint: 'sm', collapsed: { mobile: !menu } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={menu}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={say('window.menu')}
            />
            <Text fw={700}>{say('window.product')}</Text>
            <LedgerStatus />
          </Group>
          <Group gap="sm" wrap="nowrap">
            <ConnectionStatus />
            <Who onHelp={helping.open} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={say('window.navigation')}>
        <Navigation onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main>
        <Pages />
      </AppShell.Main>
      <KeyHelp opened={help} onClose={helping.close} />
    </AppShell>
  )
}

function Navigation({ onNavigate }: { readonly onNavigate: () => void }) {
  const { say } = useWords()
  const [location] = useLocation()
  return navigation.map(({ path, label, icon: Icon }) => {
    const here = location === path || location.startsWith(`${path}/`)
    return (
      <NavLink
        key={path}
        component={Link}
        href={path}
        label={say(label)}
        leftSection={<Icon size={18} aria-hidden />}
        active={here}
        {...(here ? { 'aria-current': 'page' as const } : {})}
        onClick={onNavigate}
      />
    )
  })
}

function Pages() {
  const { say } = useWords()
  return (
    <Switch>
      {routes.map(({ path, Page: Shown }) => (
        <Route key={path} path={path}>
          <Shown />
        </Route>
      ))}
      <Route path="/">
        <Redirect to="/releases" replace />
      </Route>
      <Route>
        <Page title={say('window.lost')}>
          <VisuallyHidden>{say('window.lost')}</VisuallyHidden>
          <Empty title={say('window.lost')} text={say('window.lost_text')} />
        </Page>
      </Route>
    </Switch>
  )
}
