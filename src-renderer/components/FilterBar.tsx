import { Button, Group, NativeSelect, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilterOff, IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import type { Ref } from 'react'
import { useWords } from '../words/words.ts'
import type { Filters } from './filters.ts'

/** One thing to narrow a list by. */
export type FilterField<Name extends string> =
  | {
      readonly kind: 'choice'
      readonly name: Name
      readonly label: string
      readonly options: readonly { readonly value: string; readonly label: string }[]
    }
  | {
      readonly kind: 'text'
      readonly name: Name
      readonly label: string
      readonly ref?: Ref<HTMLInputElement>
    }
  | { readonly kind: 'day'; readonly name: Name; readonly label: string }

interface Props<Name extends string> {
  readonly fields: readonly FilterField<Name>[]
  readonly filters: Filters<Name>
  readonly onSet: (name: Name, value: string) => void
  readonly onClear: () => void
}

/** What a list can be narrowed by; an empty choice means all. */
export function FilterBar<Name extends string>({ fields, filters, onSet, onClear }: Props<Name>) {
  const { say } = useWords()
  const narrowed = fields.some(({ name }) => filters[name] !== '')
  return (
    <Group gap="xs" align="flex-end" role="search" aria-label={say('window.filters')}>
      {fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={filters[field.name]}
          onSet={(value) => onSet(field.name, value)}
        />
      ))}
      {narrowed && (
        <Button
          variant="subtle"
          color="gray"
          leftSection={<IconFilterOff size={16} aria-hidden />}
          onClick={onClear}
        >
          {say('window.filters.clear')}
        </Button>
      )}
    </Group>
  )
}

interface FieldProps {
  readonly field: FilterField<string>
  readonly value: string
  readonly onSet: (value: string) => void
}

function Field({ field, value, onSet }: FieldProps) {
  const { say } = useWords()
  if (field.kind === 'choice') {
    return (
      <NativeSelect
        label={field.label}
        size="xs"
        miw={110}
        value={value}
        onChange={({ currentTarget }) => onSet(currentTarget.value)}
        data={[{ value: '', label: say('window.filters.all') }, ...field.options]}
      />
    )
  }
  if (field.kind === 'day') {
    return (
      <TextInput
        label={field.label}
        size="xs"
        type="date"
        value={value}
        onChange={({ currentTarget }) => onSet(currentTarget.value)}
      />
    )
  }
  return (
    <Typed
      label={field.label}
      value={value}
      onSet={onSet}
      {...(field.ref === undefined ? {} : { ref: field.ref })}
    />
  )
}

interface TypedProps {
  readonly label: string
  readonly value: string
  readonly onSet: (value: string) => void
  readonly ref?: Ref<HTMLInputElement>
}

/** Text that counts once somebody pauses; the list isn't asked for at every letter. */
function Typed({ label, value, onSet, ref }: TypedProps) {
  const [typed, type] = useState(value)
  const sent = useRef(value)
  const send = useDebouncedCallback((text: string) => {
    sent.current = text
    onSet(text.trim())
  }, 250)
  useEffect(() => {
    if (value !== sent.current.trim()) {
      sent.current = value
      type(value)
    }
  }, [value])
  return (
    <TextInput
      {...(ref === undefined ? {} : { ref })}
      label={label}
      size="xs"
      maxLength={200}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={typed}
      onChange={({ currentTarget }) => {
        type(currentTarget.value)
        send(currentTarget.value)
      }}
    />
  )
}
