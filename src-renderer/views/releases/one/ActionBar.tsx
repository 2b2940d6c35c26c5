import { Anchor, Button, Stack, Text, Tooltip } from '@mantine/core'
import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { Release } from '../../../../src-preload/contract/releases.ts'
import { useNow } from '../../../components/clock.ts'
import { carryOut } from '../../../state/runs.ts'
import { useMe } from '../../../transport/me.ts'
import { useWords } from '../../../words/words.ts'
import { actionsOf } from './actions.ts'
import type { Action, ActionName } from './actions.ts'
import { BreakGlassDialog } from './BreakGlassDialog.tsx'
import { RollbackDialog } from './RollbackDialog.tsx'
import { StartDialog } from './StartDialog.tsx'
import { StopDialog } from './StopDialog.tsx'

const colors: Partial<Record<ActionName, string>> = { abort: 'red', break_glass: 'red' }

/** What can be done with the release now, and which permissions are lacking for the rest. */
export function ActionBar({ release }: { readonly release: Release }) {
  const { say } = useWords()
  const { me, may } = useMe()
  const now = useNow(5_000)
  const [asked, ask] = useState<ActionName | null>(null)
  if (me === undefined) return null
  const { project_id, runtime } = release
  const { offered, lacking } = actionsOf(release, { login: me.member.login, now }, (permission) =>
    may(permission, { project_id, runtime }),
  )
  return (
    <Stack gap={4} align="flex-end">
      <Button.Group>
        {offered.map((action) => (
          <ActionButton key={action.name} action={action} release={release} onAsk={ask} />
        ))}
      </Button.Group>
      {lacking.length > 0 && (
        <Text size="xs" c="dimmed">
          {say('window.actions.lacking', { permissions: [...lacking] })}{' '}
          <Anchor component={Link} href="/access" size="xs">
            {say('window.actions.to_access')}
          </Anchor>
        </Text>
      )}
      <Dialogs release={release} asked={asked} onClose={() => ask(null)} />
    </Stack>
  )
}

interface ButtonProps {
  readonly action: Action
  readonly release: Release
  readonly onAsk: (name: ActionName) => void
}

function ActionButton({ action, release, onAsk }: ButtonProps) {
  const { say } = useWords()
  const [, navigate] = useLocation()
  const { name, main, obstacle } = action
  const press = () => {
    if (name === 'read_plan') navigate(`/releases/${release.label}/plan`)
    else if (name === 'plan_again') navigate(`/releases/new?release=${release.label}`)
    else if (name === 'release_like') navigate(`/releases/new?like=${release.label}`)
    else onAsk(name)
  }
  const color = colors[name]
  const button = (
    <Button
      variant={main ? 'filled' : 'default'}
      {...(color === undefined ? {} : { c: `var(--mantine-color-${color}-light-color)` })}
      data-disabled={obstacle !== null}
      aria-disabled={obstacle !== null}
      onClick={obstacle === null ? press : undefined}
    >
      {say(`window.action.${name}`)}
    </Button>
  )
  return obstacle === null ? button : <Tooltip label={say(`window.obstacle.${obstacle}`)}>{button}</Tooltip>
}

interface DialogsProps {
  readonly release: Release
  readonly asked: ActionName | null
  readonly onClose: () => void
}

function Dialogs({ release, asked, onClose }: DialogsProps) {
  const [, navigate] = useLocation()
  switch (asked) {
    case 'start':
    case 'retry':
    case 'take_over':
      return (
        <StartDialog
          release={release}
          kind={asked}
          onClose={onClose}
          onStart={() => {
            onClose()
            navigate(`/releases/${release.label}`, { replace: true })
            void carryOut(release.id)
          }}
        />
      )
    case 'roll_back':
      return <RollbackDialog release={release} onClose={onClose} />
    case 'withdraw':
    case 'abort':
      return <StopDialog release={release} kind={asked} onClose={onClose} />
    case 'break_glass':
      return <BreakGlassDialog release={release} onClose={onClose} />
    case 'read_plan':
    case 'plan_again':
    case 'release_like':
    case null:
      return null
  }
}
