import { NativeSelect, Stack, TextInput, Textarea } from '@mantine/core'
import { strategyName } from '../../../../src-preload/contract/vocabulary.ts'
import { Section } from '../../../components/Page.tsx'
import { useWords } from '../../../words/words.ts'
import type { FormState } from './useForm.ts'

/** Why, for those who decide, and how. */
export function Reasons({ state }: { readonly state: FormState }) {
  const { say } = useWords()
  const { value: form, set } = state.form
  const problem = state.judged.problems['change_link']
  const declared = state.service?.releases_to.find(({ target_id }) => target_id === form.target)?.strategy
  return (
    <Section title={say('window.plan.why')}>
      <Stack gap="sm" maw={560}>
        <TextInput
          label={say('window.plan.version')}
          description={say('window.plan.version_text')}
          maxLength={128}
          value={form.version_label}
          onChange={({ currentTarget }) => set({ ...form, version_label: currentTarget.value })}
        />
        <Textarea
          label={say('window.plan.reason')}
          description={say('window.plan.reason_text')}
          maxLength={4096}
          autosize
          minRows={2}
          maxRows={8}
          value={form.reason}
          onChange={({ currentTarget }) => set({ ...form, reason: currentTarget.value })}
        />
        <TextInput
          label={say('window.plan.change_link')}
          description={say('window.plan.change_link_text')}
          type="url"
          maxLength={4096}
          value={form.change_link}
          error={problem === undefined ? undefined : say(problem)}
          onChange={({ currentTarget }) => set({ ...form, change_link: currentTarget.value.trim() })}
        />
        <NativeSelect
          label={say('window.plan.strategy')}
          value={form.strategy}
          onChange={({ currentTarget }) =>
            set({ ...form, strategy: strategyName.safeParse(currentTarget.value).data ?? '' })
          }
          data={[
            {
              value: '',
              label:
                declared === undefined
                  ? say('window.plan.strategy_declared')
                  : say('window.plan.strategy_of', { strategy: say(`window.strategy.${declared}`) }),
            },
            ...strategyName.options.map((name) => ({ value: name, label: say(`window.strategy.${name}`) })),
          ]}
        />
      </Stack>
    </Section>
  )
}
