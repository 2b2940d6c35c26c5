import { ActionIcon, Fieldset, Group, NumberInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import type { TextKey } from '../../../../src-preload/contract/texts/en.ts'
import { useWords } from '../../../words/words.ts'
import { Choice, RoleChoice, TeamChoice } from '../change/fields.tsx'
import { ruleKinds } from './ruleForm.ts'
import type { RuleForm } from './ruleForm.ts'

type Part = 'kind' | 'role' | 'team' | 'minimum'

interface Props {
  readonly rule: RuleForm
  readonly number: number
  readonly project: string
  readonly problems: Readonly<Record<Part, TextKey | undefined>>
  readonly onChange: (rule: RuleForm) => void
  readonly onRemove: () => void
}

/** One rule: whom it asks, and how many of them. */
export function RuleFields({ rule, number, project, problems, onChange, onRemove }: Props) {
  const { say } = useWords()
  const set = (change: Partial<RuleForm>) => onChange({ ...rule, ...change })
  return (
    <Fieldset legend={say('window.access.rule.number', { number })} p="sm">
      <Group align="flex-start" gap="sm">
        <Choice
          label={say('window.access.rule.kind')}
          options={ruleKinds.map((kind) => ({ value: kind, label: say(`window.access.rule.kind.${kind}`) }))}
          value={rule.kind}
          onChange={(value) => set({ kind: ruleKinds.find((kind) => kind === value) ?? rule.kind })}
          problem={problems.kind}
        />
        {rule.kind === 'role' && (
          <RoleChoice
            label={say('window.access.role')}
            value={rule.role}
            onChange={(role) => set({ role })}
            problem={problems.role}
          />
        )}
        {rule.kind === 'team' && (
          <TeamChoice
            label={say('window.access.team')}
            project={project}
            value={rule.team}
            onChange={(team) => set({ team })}
            problem={problems.team}
          />
        )}
        <NumberInput
          label={say('window.access.rule.minimum')}
          value={rule.minimum}
          onChange={(minimum) => set({ minimum })}
          min={1}
          max={20}
          allowDecimal={false}
          w="7rem"
          error={problems.minimum === undefined ? undefined : say(problems.minimum)}
        />
        <ActionIcon
          variant="default"
          size="lg"
          mt={25}
          aria-label={say('window.access.rule.remove', { number })}
          onClick={onRemove}
        >
          <IconTrash size={16} aria-hidden />
        </ActionIcon>
      </Group>
    </Fieldset>
  )
}
