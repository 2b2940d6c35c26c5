import { Button, Menu, Text } from '@mantine/core'
import { IconChevronDown, IconKeyboard } from '@tabler/icons-react'
import { languages, schemes, usePreferences } from '../state/preferences.ts'
import type { Language } from '../state/preferences.ts'
import { useMe } from '../transport/me.ts'
import { useWords } from '../words/words.ts'

/** Each language is named in itself, so that everybody finds their own. */
const languageNames: Record<Language, string> = { en: 'English', 'zh-CN': '简体中文' }

/** Who is here, and how they want the window to look and speak. */
export function Who({ onHelp }: { readonly onHelp: () => void }) {
  const { say } = useWords()
  const { me } = useMe()
  return (
    <Menu position="bottom-end" width={240} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button variant="default" size="xs" rightSection={<IconChevronDown size={14} aria-hidden />}>
          {me?.member.person.name ?? say('window.menu')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {me !== undefined && (
          <Menu.Label>
            <Text size="sm">{say('window.logged_in_as', { login: me.member.login })}</Text>
          </Menu.Label>
        )}
        <Choices />
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} aria-hidden />} onClick={onHelp}>
          {say('window.keys.help')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function Choices() {
  const { say } = useWords()
  const { scheme, language, choose } = usePreferences()
  return (
    <>
      <Menu.Label>{say('window.scheme')}</Menu.Label>
      {schemes.map((name) => (
        <Menu.RadioItem
          key={name}
          value={name}
          checked={scheme === name}
          onChange={() => choose({ scheme: name })}
        >
          {say(`window.scheme.${name}`)}
        </Menu.RadioItem>
      ))}
      <Menu.Label>{say('window.language')}</Menu.Label>
      {languages.map((name) => (
        <Menu.RadioItem
          key={name}
          value={name}
          lang={name}
          checked={language === name}
          onChange={() => choose({ language: name })}
        >
          {languageNames[name]}
        </Menu.RadioItem>
      ))}
    </>
  )
}
