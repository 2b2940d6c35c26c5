import { Group, SegmentedControl } from '@mantine/core'
import { useState } from 'react'
import type { BindingSubject } from '../../../../src-preload/contract/access.ts'
import { useWords } from '../../../words/words.ts'
import { ChangeDialog } from './ChangeDialog.tsx'
import { InstantField, LoginChoice, ProjectChoice, RoleChoice, TeamChoice } from './fields.tsx'
import { grantAsked } from './grantAsked.ts'
import type { GrantForm } from './grantAsked.ts'
import type { Problems } from './judged.ts'

/** What can be asked about who holds which role. `to` null lets the form choose who gets it. */
export type BindingAsk =
  | { readonly kind: 'grant'; readonly to: BindingSubject | null }
  | {
      readonly kind: 'revoke'
      readonly from: BindingSubject
      readonly role: string
      readonly project: string | null
    }
  | { readonly kind: 'member'; readonly login: string; readonly active: boolean }

interface Props {
  readonly ask: BindingAsk
  readonly onClose: () => void
}

/** Grants a role, takes one, or lets a login be used or not. */
export function BindingDialog({ ask, onClose }: Props) {
  const { say } = useWords()
  switch (ask.kind) {
    case 'grant':
      return <GrantDialog to={ask.to} onClose={onClose} />
    case 'revoke':
      return <ChangeDialog title={say('window.access.people.revoke_title')} asked={ask} onClose={onClose} />
    case 'member': {
      const title = say(`window.access.people.${ask.active ? 'enable' : 'disable'}_title`)
      return <ChangeDialog title={title} asked={ask} onClose={onClose} />
    }
  }
}

function begun(to: BindingSubject | null): GrantForm {
  const nothing: GrantForm = {
    kind: to?.kind ?? 'member',
    login: '',
    teamProject: '',
    team: '',
    role: '',
    project: '',
    until: '',
  }
  if (to === null) return nothing
  if (to.kind === 'member') return { ...nothing, login: to.login }
  return { ...nothing, teamProject: to.project, team: to.team, project: to.project }
}

function GrantDialog({ to, onClose }: { readonly to: BindingSubject | null; readonly onClose: () => void }) {
  const { say } = useWords()
  const [grant, setGrant] = useState(() => begun(to))
  const set = (change: Partial<GrantForm>) => setGrant((before) => ({ ...before, ...change }))
  return (
    <ChangeDialog title={say('window.access.people.grant_title')} asked={grantAsked(grant)} onClose={onClose}>
      {(problems) => (
        <>
          <Subject grant={grant} fixed={to !== null} set={set} problems={problems} />
          <RoleChoice
            label={say('window.access.role')}
            value={grant.role}
            onChange={(role) => set({ role })}
            problem={problems['role']}
          />
          <ProjectChoice
            all
            label={say('window.access.project')}
            value={grant.project}
            onChange={(project) => set({ project })}
            problem={problems['project']}
          />
          <InstantField
            needed={false}
            label={say('window.access.until')}
            description={say('window.access.people.until_explained')}
            value={grant.until}
            onChange={(until) => set({ until })}
            problem={problems['until']}
          />
        </>
      )}
    </ChangeDialog>
  )
}

interface SubjectProps {
  readonly grant: GrantForm
  readonly fixed: boolean
  readonly set: (change: Partial<GrantForm>) => void
  readonly problems: Problems
}

function Subject({ grant, fixed, set, problems }: SubjectProps) {
  const { say } = useWords()
  return (
    <>
      {!fixed && (
        <SegmentedControl
          aria-label={say('window.access.people.to')}
          value={grant.kind}
          onChange={(kind) => set({ kind: kind === 'team' ? 'team' : 'member' })}
          data={[
            { value: 'member', label: say('window.access.people.to_member') },
            { value: 'team', label: say('window.access.people.to_team') },
          ]}
        />
      )}
      {grant.kind === 'member' ? (
        <LoginChoice
          label={say('window.access.login')}
          value={grant.login}
          onChange={(login) => set({ login })}
          problem={problems['to.login']}
          disabled={fixed}
        />
      ) : (
        <Group grow align="flex-start">
          <ProjectChoice
            label={say('window.access.team_project')}
            value={grant.teamProject}
            onChange={(teamProject) => set({ teamProject, team: '' })}
            problem={problems['to.project']}
            disabled={fixed}
          />
          <TeamChoice
            label={say('window.access.team')}
            project={grant.teamProject}
            value={grant.team}
            onChange={(team) => set({ team })}
            problem={problems['to.team']}
            disabled={fixed}
          />
        </Group>
      )}
    </>
  )
}
