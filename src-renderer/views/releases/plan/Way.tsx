import { Stepper } from '@mantine/core'
import { useLocation } from 'wouter'
import { useWords } from '../../../words/words.ts'

const steps = ['form', 'preview', 'confirm'] as const

/** Where one is on the way from a form to a release that is asked for. No step can be skipped. */
export function Way({ step, form }: { readonly step: (typeof steps)[number]; readonly form?: string }) {
  const { say } = useWords()
  const [, navigate] = useLocation()
  const active = steps.indexOf(step)
  return (
    <Stepper
      active={active}
      size="sm"
      aria-label={say('window.plan.way')}
      onStepClick={(chosen) => {
        if (chosen === 0 && form !== undefined) navigate(form)
      }}
    >
      {steps.map((each, index) => {
        const back = index === 0 && active > 0 && form !== undefined
        return (
          <Stepper.Step
            key={each}
            label={say(`window.plan.step.${each}`)}
            allowStepSelect={back}
            disabled={!back}
            {...(each === step ? { 'aria-current': 'step' as const } : {})}
          />
        )
      })}
    </Stepper>
  )
}
