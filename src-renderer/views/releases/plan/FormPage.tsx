import { Button, Group, Loader, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Link, useLocation, useSearchParams } from 'wouter'
import { Empty } from '../../../components/Empty.tsx'
import { Failure } from '../../../components/Failure.tsx'
import { Page } from '../../../components/Page.tsx'
import { client } from '../../../transport/client.ts'
import { useCommand } from '../../../transport/command.ts'
import { useWords } from '../../../words/words.ts'
import { planInput } from './form.ts'
import type { PlanInput } from './form.ts'
import { Reasons } from './Reasons.tsx'
import { Subject } from './Subject.tsx'
import { useForm } from './useForm.ts'
import type { FormState } from './useForm.ts'
import { Variables } from './Variables.tsx'
import { Way } from './Way.tsx'

/** The first step: what to release, where to, with which values, and why. */
export function FormPage() {
  const { say } = useWords()
  const [search] = useSearchParams()
  const again = search.get('release')
  const state = useForm({
    again,
    like: search.get('like'),
    service: search.get('service'),
    target: search.get('target'),
  })
  const title = again === null ? say('window.plan.title') : say('window.plan.title_again', { release: again })
  return (
    <Page title={title}>
      <Way step="form" />
      <Failure error={state.error} about={{ release: again ?? undefined }} />
      {state.pending ? (
        <Loader size="sm" aria-label={say('window.loading')} />
      ) : state.services.length === 0 ? (
        <NoServices />
      ) : (
        <Form state={state} again={again} />
      )}
    </Page>
  )
}

function NoServices() {
  const { say } = useWords()
  return (
    <Empty title={say('window.plan.no_services')} text={say('window.plan.no_services_text')}>
      <Button component={Link} href="/services/declare">
        {say('window.declare.title')}
      </Button>
    </Empty>
  )
}

function Form({ state, again }: { readonly state: FormState; readonly again: string | null }) {
  const { say } = useWords()
  const [, navigate] = useLocation()
  const [tried, setTried] = useState(false)
  const plan = useCommand((input: PlanInput, command_id) => client.releases.preview({ ...input, command_id }))
  const { service, form, secrets, judged } = state
  const submit = () => {
    setTried(true)
    if (service === undefined || !judged.ready) return
    plan.mutate(planInput(service, form.value, secrets.value, again), {
      onSuccess: ({ release }) => {
        form.clear()
        secrets.clear()
        navigate(`/releases/${release.label}/plan`)
      },
    })
  }
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Stack gap="lg">
        <Subject state={state} fixed={again !== null} showAll={tried} />
        {service !== undefined && <Variables service={service} state={state} showAll={tried} />}
        <Reasons state={state} />
        {tried && !judged.ready && (
          <Text c="var(--mantine-color-error)" role="alert">
            {say('window.plan.correct_first')}
          </Text>
        )}
        <Failure error={plan.error} about={{ service: service?.name }} />
        <Group>
          <Button type="submit" loading={plan.isPending}>
            {say('window.plan.do')}
          </Button>
          <Text size="sm" c="dimmed">
            {say('window.plan.do_text')}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}
