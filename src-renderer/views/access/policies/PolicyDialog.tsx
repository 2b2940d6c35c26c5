import { Button, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import type { ApprovalPolicy } from '../../../../src-preload/contract/access.ts'
import { policyWords } from '../../../components/change/words.ts'
import { useWords } from '../../../words/words.ts'
import { ChangeDialog } from '../change/ChangeDialog.tsx'
import { RuntimeChoice } from '../change/fields.tsx'
import { RuleFields } from './RuleFields.tsx'
import { ruleAsked, ruleForm, newRule } from './ruleForm.ts'
import type { RuleForm } from './ruleForm.ts'

interface Props {
  readonly policy: ApprovalPolicy
  /** Begins rules for a runtime of its own beside those of the policy. */
  readonly forRuntime: boolean
  readonly onClose: () => void
}

/** Changes who has to approve releases to a stage. */
export function PolicyDialog({ policy, forRuntime, onClose }: Props) {
  const { say } = useWords()
  const { project, stage } = policy
  const rulesNow = policy.rules.map(({ rule }) => rule)
  const [runtime, setRuntime] = useState<string>(forRuntime ? '' : policy.runtime)
  const [rules, setRules] = useState<readonly RuleForm[]>(() => rulesNow.map(ruleForm))
  const put = (index: number, rule: RuleForm) => setRules(rules.with(index, rule))
  return (
    <ChangeDialog
      title={say('window.access.policies.title')}
      asked={{ kind: 'policy', project, stage, runtime, rules: rules.map(ruleAsked) }}
      {...(forRuntime ? {} : { now: policyWords(rulesNow, say) })}
      onClose={onClose}
    >
      {(problems) => (
        <>
          <Text size="sm" c="dimmed">
            {say('window.access.rule.explained')}
          </Text>
          <RuntimeChoice
            label={say('window.access.runtime')}
            value={runtime}
            onChange={setRuntime}
            problem={problems['runtime']}
            disabled={!forRuntime}
          />
          {rules.length === 0 && <Text size="sm">{say('window.access.rule.none')}</Text>}
          {rules.map((rule, index) => (
            <RuleFields
              key={rule.key}
              rule={rule}
              number={index + 1}
              project={project}
              problems={{
                kind: problems[`rules.${index}.kind`],
                role: problems[`rules.${index}.role`],
                team: problems[`rules.${index}.team`],
                minimum: problems[`rules.${index}.minimum`],
              }}
              onChange={(changed) => put(index, changed)}
              onRemove={() => setRules(rules.toSpliced(index, 1))}
            />
          ))}
          <Button
            variant="default"
            size="xs"
            w="fit-content"
            leftSection={<IconPlus size={14} aria-hidden />}
            disabled={rules.length >= 8}
            onClick={() => setRules([...rules, newRule()])}
          >
            {say('window.access.rule.add')}
          </Button>
        </>
      )}
    </ChangeDialog>
  )
}
