import { Anchor, List, Text } from '@mantine/core'
import { Link } from 'wouter'

interface Choice {
  readonly label: string
  readonly href: string
}

/** Things that share a name, to choose from. */
export function Several({ text, choices }: { readonly text: string; readonly choices: readonly Choice[] }) {
  return (
    <>
      <Text>{text}</Text>
      <List>
        {choices.map(({ label, href }) => (
          <List.Item key={href}>
            <Anchor component={Link} href={href}>
              {label}
            </Anchor>
          </List.Item>
        ))}
      </List>
    </>
  )
}
