/** What to do about a ledger that can't be reached, set up or entered. */
export const ledgerTexts = {
  'hint.ledger_unavailable.unreachable':
    '请检查配置档中的主机、端口以及网络（pilothouse profile show），并确认服务器在运行。',
  'hint.ledger_unavailable.tls': '服务器证书不可信。请用 --ca 指定签发机构，或检查主机名。',
  'hint.ledger_unavailable.starting': '服务器正在启动或停止。请稍后再试。',
  'hint.ledger_unavailable.too_many_connections': '服务器已没有空闲连接。请稍后再试。',
  'hint.ledger_unavailable.busy': '有其他人正在操作同一内容。请稍后再试。',
  'hint.ledger_unavailable.database_missing':
    '没有这个数据库。请先在服务器上创建，然后：pilothouse ledger init --url postgres://<admin>@<host>/<database>',
  'hint.ledger_unavailable.not_migrated': '那里还没有初始化：请由账本管理员执行 pilothouse ledger init。',
  'hint.ledger_unavailable.migrate_needed':
    '账本的版本比此 Pilothouse 旧：请由账本管理员执行 pilothouse ledger migrate。',
  'hint.ledger_unavailable.embedded_no_account':
    'PostgreSQL 不能以 root 运行，而这里没有名为 postgres 或 nobody 的账户。请以普通用户运行 Pilothouse。',
  'hint.ledger_unavailable.embedded_other_account':
    '该文件夹属于另一个账户。请以那个账户运行 Pilothouse，或设置 PILOTHOUSE_HOME。',
  'hint.ledger_unavailable.embedded_binaries':
    '这里没有适合此平台的 PostgreSQL。请使用服务器：pilothouse ledger init --url postgres://<admin>@<host>/<database>',
  'hint.ledger_unavailable.embedded_password_lost':
    '内嵌账本的密码丢失或不符。请从备份中恢复钥匙串，或恢复账本旁边的文件。',
  'hint.ledger_unavailable.embedded_silent':
    '内嵌账本在运行但没有响应：请执行 pilothouse ledger stop，然后再试。',
  'hint.ledger_unavailable.embedded_locked': '另一个进程正在启动或停止它。请稍后再试。',
  'hint.ledger_unavailable.embedded_other_major':
    '数据属于另一个 PostgreSQL 大版本。请使用当初创建它的 Pilothouse。',
  'hint.ledger_unavailable.embedded_init_failed':
    'PostgreSQL 无法创建数据文件夹：请看上面的输出，常见原因是磁盘空间或权限。',
  'hint.ledger_unavailable.embedded_start_failed':
    'PostgreSQL 没有启动：请看上面的输出，常见原因是磁盘空间、内存或权限。',
  'hint.ledger_unavailable.embedded_stop_failed': 'PostgreSQL 没有停止。请查看它的日志，然后再试。',
  'hint.permission_denied.ledger_password':
    '账本拒绝了密码。请申请新的邀请（pilothouse member renew <login> --out <file>），然后重新加入。',
  'hint.permission_denied.ledger_login':
    '账本不允许该账号登录。请用 pilothouse profile show 检查，或询问账本管理员。',
  'hint.permission_denied.not_a_member':
    '该账号不是成员。由管理员添加：pilothouse member add <login> --person "Full Name"',
  'hint.permission_denied.invitation_used':
    '该邀请已被接受过。请申请新的邀请：pilothouse member renew <login> --out <file>',
  'hint.conflict.login_taken':
    '请换一个账号名。如果它是你的而密码已丢失：pilothouse member renew <login> --out <file>',
  'hint.conflict.file_exists': '请换一个文件名；已有的文件绝不会被覆盖。',
  'hint.conflict.profile_taken':
    '请用 --profile 指定另一个配置档名。查看已有的配置档：pilothouse profile list',
  'hint.conflict.chain_broken': '记录与当初写入的不一致。请保留这份导出，通知管理员，并与较早的导出比对。',
  'hint.not_found.embedded_ledger':
    '该邀请属于另一个主目录中的内嵌账本。请在创建它的机器上使用那个 PILOTHOUSE_HOME。',
  'hint.not_found.procedure': '查看各命令调用什么：pilothouse call --help',
} as const
