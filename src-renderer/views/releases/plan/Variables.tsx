import { PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import type { Service, VariableDeclaration } from '../../../../src-preload/contract/services.ts'
import { Section } from '../../../components/Page.tsx'
import { useWords } from '../../../words/words.ts'
import type { FormState } from './useForm.ts'

interface Props {
  readonly service: Service
  readonly state: FormState
  /** Whether problems of fields that nobody has touched are shown. */
  readonly showAll: boolean
}

/** What the service wants to be told, as it declares it. */
export function Variables({ service, state, showAll }: Props) {
  const { say } = useWords()
  const names = Object.entries(service.variables)
  return (
    <Section title={say('window.plan.variables')}>
      {names.length === 0 && <Text c="dimmed">{say('window.plan.no_variables')}</Text>}
      <Stack gap="sm" maw={560}>
        {names.map(([name, declared]) =>
          declared.secret ? (
            <Secret key={name} name={name} declared={declared} state={state} showAll={showAll} />
          ) : (
            <Open key={name} name={name} declared={declared} state={state} showAll={showAll} />
          ),
        )}
      </Stack>
    </Section>
  )
}

interface FieldProps {
  readonly name: string
  readonly declared: VariableDeclaration
  readonly state: FormState
  readonly showAll: boolean
}

function Open({ name, declared, state, showAll }: FieldProps) {
  const { say } = useWords()
  const { value: form, set } = state.form
  const value = form.variables[name] ?? ''
  const problem = state.judged.problems[`variables.${name}`]
  return (
    <TextInput
      label={name}
      ff="monospace"
      required={declared.required && declared.default === undefined}
      description={
        declared.default === undefined ? undefined : say('window.plan.default', { value: declared.default })
      }
      maxLength={65536}
      value={value}
      error={problem !== undefined && (showAll || name in form.variables) ? say(problem) : undefined}
      onChange={({ currentTarget }) =>
        set({ ...form, variables: { ...form.variables, [name]: currentTarget.value } })
      }
    />
  )
}

function Secret({ name, declared, state, showAll }: FieldProps) {
  const { say } = useWords()
  const { value: secrets, set } = state.secrets
  const problem = state.judged.problems[`variables.${name}`]
  const kept = state.sealed.includes(name)
  return (
    <PasswordInput
      label={name}
      ff="monospace"
      required={declared.required && !kept}
      description={say(kept ? 'window.plan.secret_kept' : 'window.plan.secret')}
      maxLength={65536}
      autoComplete="off"
      value={secrets[name] ?? ''}
      error={problem !== undefined && (showAll || name in secrets) ? say(problem) : undefined}
      onChange={({ currentTarget }) => set({ ...secrets, [name]: currentTarget.value })}
      visibilityToggleButtonProps={{ 'aria-label': say('window.plan.show_secret', { name }) }}
    />
  )
}
