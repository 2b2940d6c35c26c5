/** Who may do and approve what: changes in words (`change.*`), and the command line's words about them. */
const changeTexts = {
  'change.policy': '变更 {{project}} 的 {{stage}} 的发布须由谁审批（运行时 {{runtime}}）',
  'change.stage': '变更 {{project}} 的 {{stage}} 上计划和批准的有效时长',
  'change.lift_freeze': '在 {{until}} 之前解除 {{project}} 的 {{stage}} 的冻结（{{reason}}）',
  'change.grant': '{{subject}} 获得角色 {{role}}（项目 {{project}}）',
  'change.revoke': '{{subject}} 失去角色 {{role}}（项目 {{project}}）',
  'change.member': '账号 {{login}} 是否可以使用：{{active}}',
  'change.role': '变更角色 {{role}} 的权限',
  'change.team': '变更 {{project}} 的团队 {{team}} 的人员',
  'change.service_team': '{{project}} 的服务 {{service}} 归属团队 {{team}}',
  'change.delegate': '从 {{from}} 到 {{until}}，由 {{to}} 代 {{person}} 做决定',
} as const

const helpTexts = {
  'command.access': '谁可以做什么、批准什么',
  'command.access.roles': '各个角色及其权限',
  'command.access.teams': '各个团队及其人员和角色',
  'command.access.policies': '各阶段须由谁审批，以及现在谁可以审批',
  'command.access.freezes': '某阶段不允许开始发布的时段',
  'command.access.delegations': '谁代谁做决定，有效多久',
  'command.access.missing': '你能做什么、不能做什么，以及谁能改变这一点',
  'command.access.change':
    '变更谁可以做什么、批准什么（policy、stage、lift-freeze、grant、revoke、member、role、team、service-team、delegate）；账本有两个人使用后，须由第二个人确认',
  'command.access.freeze': '在一段时间内不允许某阶段开始发布；立即生效',
  'command.access.delegate': '让另一个人在一段时间内代你做决定',
  'command.access.end-delegation': '提前结束你给出的或给你的委托',
} as const

const flagTexts = {
  'flag.in_project': '所针对的项目；允许省略时表示所有项目',
  'flag.stage': '所针对的阶段',
  'flag.grant_runtime': 'k8s、compose 或 *（不写则两者都算）',
  'flag.rule':
    '须由谁审批：anyone、role:<role>、team:<team> 或 service_team，多于一人时在后面加 :<minimum>；可重复，全部满足才算',
  'flag.no_rules': '不需要任何人审批',
  'flag.preview_ttl': '计划的有效分钟数',
  'flag.approval_window': '获批的发布须在多少小时内开始',
  'flag.freeze': '冻结的 ID',
  'flag.who': '账号，或 team:<project>/<team>',
  'flag.one_role': '角色',
  'flag.grant_until': '截止时间：时刻（2026-08-01T12:00:00+02:00）、日期，或从现在起多久（+12h、+7d）',
  'flag.active': '重新允许该账号登录',
  'flag.inactive': '不再允许该账号登录',
  'flag.permission': '角色允许的权限，<permission> 或 <permission>@<runtime>；可重复',
  'flag.team': '团队；对 service-team 不写则表示服务不归属任何团队',
  'flag.team_person': '团队中某人的账号；可重复',
  'flag.of_service': '所针对的服务',
  'flag.delegate_to': '届时做决定的人的账号',
  'flag.from': '开始时间：时刻、日期，或从现在起多久（+12h、+7d）；不写则为现在',
  'flag.until': '截止时间：时刻、日期，或从现在起多久（+12h、+7d）',
  'flag.change_file': '用契约格式的 JSON 写出的变更，代替各个参数',
} as const

const saidTexts = {
  'say.no_roles': '没有角色。',
  'say.no_teams':
    '还没有团队。创建一个：pilothouse access change team --project <name> --team <name> --person <login>',
  'say.no_policies': '还没有阶段。请声明：pilothouse config apply -f pilothouse.yaml',
  'say.no_freezes': '没有任何冻结。',
  'say.no_delegations': '没有人代别人做决定。',
  'say.no_entitlements': '没有你可以查看的项目。',
  'say.role_template': '系统自带',
  'say.role_own': '自行创建',
  'say.rule_anyone': '任何有审批权限的人',
  'say.rule_role': '角色 {{role}}',
  'say.rule_team': '团队 {{team}}',
  'say.rule_service_team': '服务所属的团队',
  'say.rule_no_team': '服务所属的团队（没有归属团队：无人可以审批）',
  'say.rule_none': '不需要审批',
  'say.rule_count': '{{who}} 中的 {{minimum}} 人',
  'say.all_projects': '所有项目',
  'say.state_active': '生效中',
  'say.state_ended': '已结束',
  'say.state_lifted': '已解除',
  'say.state_idle': '目前不在生效期',
  'say.ask_grantors': '请向 {{grantors}} 申请：{{roles}}',
  'say.ask_nobody': '没有人可以授予',
  'say.change_waits': '等待第二个人确认：pilothouse inbox show {{ticket}}',
  'say.change_done': '已完成。此账本只有一个人使用，没有其他人可以确认。',
  'say.frozen': '在 {{until}} 之前，{{stage}} 上不会开始任何发布。冻结 {{freeze}}。',
  'say.delegation_ended': '已结束。',
} as const

export const accessTexts = { ...changeTexts, ...helpTexts, ...flagTexts, ...saidTexts } as const
