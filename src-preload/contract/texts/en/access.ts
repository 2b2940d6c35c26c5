/** Who may do and approve what: changes in words (`change.*`), and the command line's words about them. */
const changeTexts = {
  'change.policy': 'who has to approve releases to {{stage}} of {{project}} (runtime {{runtime}}) changes',
  'change.stage': 'how long plans and approvals hold for {{stage}} of {{project}} changes',
  'change.lift_freeze': 'the freeze of {{stage}} of {{project}} ({{reason}}) is lifted before {{until}}',
  'change.grant': '{{subject}} gets the role {{role}} (project {{project}})',
  'change.revoke': '{{subject}} loses the role {{role}} (project {{project}})',
  'change.member': 'the login {{login}} may be used: {{active}}',
  'change.role': 'what the role {{role}} permits changes',
  'change.team': 'who is in the team {{team}} of {{project}} changes',
  'change.service_team': 'the service {{service}} of {{project}} belongs to the team {{team}}',
  'change.delegate': '{{to}} decides in place of {{person}} from {{from}} until {{until}}',
} as const

const helpTexts = {
  'command.access': 'who may do and approve what',
  'command.access.roles': 'the roles and what each permits',
  'example.access.roles': 'pilothouse access roles',
  'command.access.teams': 'the teams, their people and roles',
  'example.access.teams': 'pilothouse access teams --project shop',
  'command.access.policies': 'who has to approve, by stage, and who could now',
  'example.access.policies': 'pilothouse access policies --project shop',
  'command.access.freezes': 'times in which nothing starts on a stage',
  'example.access.freezes': 'pilothouse access freezes --project shop',
  'command.access.delegations': 'who decides for whom, and how long',
  'example.access.delegations': 'pilothouse access delegations',
  'command.access.missing': 'what you may do and what you may not, and who could change that',
  'example.access.missing': 'pilothouse access missing --project shop',
  'command.access.change':
    'change who may do or approve what (policy, stage, lift-freeze, grant, revoke, member, role, team, service-team, delegate); once two people work with the ledger, a second one confirms it',
  'example.access.change':
    'pilothouse access change policy --project shop --stage production --rule role:release-manager:1 --rule service_team --reason "audit"\npilothouse access change grant --who grace --role approver --project shop\npilothouse access change revoke --who team:shop/web --role operator-compose\npilothouse access change member --who grace2 --inactive\npilothouse access change role --role deployer --permission release:read --permission release:apply@compose\npilothouse access change team --project shop --team web --person ada --person grace\npilothouse access change service-team --project shop --service checkout --team web\npilothouse access change stage --project shop --stage production --preview-ttl 30 --approval-window 8\npilothouse access change lift-freeze --freeze 0198c0de-0000-7000-8000-000000000001\npilothouse access change delegate --who ada --to grace --until +7d\npilothouse access change --file change.json',
  'command.access.freeze': 'let nothing start on a stage for a time; counts at once',
  'example.access.freeze':
    'pilothouse access freeze --project shop --stage production --until +12h --reason "end of the year"',
  'command.access.delegate': 'let another person decide in your place for a while',
  'example.access.delegate': 'pilothouse access delegate grace --from 2026-08-01 --until 2026-08-15',
  'command.access.end-delegation': 'end a delegation of yours, or one made to you, before its time',
  'example.access.end-delegation': 'pilothouse access end-delegation 0198c0de-0000-7000-8000-000000000001',
} as const

const flagTexts = {
  'flag.in_project': 'the project it is about; all projects where it may be left out',
  'flag.stage': 'the stage it is about',
  'flag.grant_runtime': 'k8s, compose or * (both, unless told)',
  'flag.rule':
    'who has to approve: anyone, role:<role>, team:<team> or service_team, each with :<minimum> after it if more than one; may be repeated, all have to agree',
  'flag.no_rules': 'nobody has to approve',
  'flag.preview_ttl': 'minutes that a plan holds',
  'flag.approval_window': 'hours in which an approved release has to start',
  'flag.freeze': 'id of the freeze',
  'flag.who': 'a login, or team:<project>/<team>',
  'flag.one_role': 'the role',
  'flag.grant_until':
    'until when: an instant (2026-08-01T12:00:00+02:00), a day, or a time from now (+12h, +7d)',
  'flag.active': 'let the login in again',
  'flag.inactive': 'keep the login out',
  'flag.permission': 'what the role permits, <permission> or <permission>@<runtime>; may be repeated',
  'flag.team': 'the team; left out for service-team, the service gets none',
  'flag.team_person': 'a login of a person of the team; may be repeated',
  'flag.of_service': 'the service it is about',
  'flag.delegate_to': 'a login of the person who decides then',
  'flag.from': 'from when: an instant, a day, or a time from now (+12h, +7d); now unless told',
  'flag.until': 'until when: an instant, a day, or a time from now (+12h, +7d)',
  'flag.change_file': 'the change as JSON, as the contract writes it, instead of flags',
} as const

const saidTexts = {
  'say.no_roles': 'No roles.',
  'say.no_teams':
    'No teams yet. Make one: pilothouse access change team --project <name> --team <name> --person <login>',
  'say.no_policies': 'No stages yet. Declare them: pilothouse config apply -f pilothouse.yaml',
  'say.no_freezes': 'Nothing is frozen.',
  'say.no_delegations': 'Nobody decides for anybody else.',
  'say.no_entitlements': 'There is no project that you see.',
  'say.role_template': 'came with the system',
  'say.role_own': 'made here',
  'say.rule_anyone': 'anybody who may approve',
  'say.rule_role': 'role {{role}}',
  'say.rule_team': 'team {{team}}',
  'say.rule_service_team': 'the service’s team',
  'say.rule_no_team': 'the service’s team (it has none: nobody can)',
  'say.rule_none': 'nobody has to',
  'say.rule_count': '{{minimum}} of: {{who}}',
  'say.all_projects': 'all projects',
  'say.state_active': 'active',
  'say.state_ended': 'ended',
  'say.state_lifted': 'lifted',
  'say.state_idle': 'not now',
  'say.ask_grantors': 'ask {{grantors}} for: {{roles}}',
  'say.ask_nobody': 'nobody can grant it',
  'say.change_waits': 'Waits for a second person: pilothouse inbox show {{ticket}}',
  'say.change_done': 'Done. Only one person works with this ledger, so nobody else could confirm it.',
  'say.frozen': 'Nothing starts on {{stage}} until {{until}}. Freeze {{freeze}}.',
  'say.delegation_ended': 'Ended.',
} as const

export const accessTexts = { ...changeTexts, ...helpTexts, ...flagTexts, ...saidTexts } as const
