/** What the loopback entry point says: `pilothouse serve`, and answers to requests that it does not let in. */
export const loopbackTexts = {
  'command.serve': '在本机浏览器中打开窗口，使用一个配置档，直到停止',
  'flag.port': '127.0.0.1 上的端口；不写则用任意空闲端口',
  'flag.execute': '获批的发布到时间后，也由这里执行',

  'say.serving': '配置档 {{profile}} 的窗口在 {{url}} 提供，仅限本机访问。',
  'say.serve_link': '请在浏览器中打开此链接。它只能用一次，十分钟内有效：',
  'say.serve_tunnel':
    '从另一台机器访问：ssh -L {{port}}:127.0.0.1:{{port}} <this machine>，然后在那里打开链接。',
  'say.serve_again': '按 Enter 键打印新的链接，按 ^C 结束。',
  'say.serve_executes': '获批的发布到时间后由这里执行。',
  'say.serve_waits': '正在这里执行的发布：{{count}} 个。正在等它们结束；再按一次 ^C 则留待恢复处理。',
  'say.serve_carried': '{{release}} 已到执行时间：{{state}}。',
  'say.serve_not_carried': '{{release}} 已到执行时间，但没有执行。',
  'say.serve_ended': '已停止提供。',
  'say.serve_incident': '服务端在 {{incident}} 下有更多说明',
  'say.serve_trouble': '查找到期事项失败，每分钟会重试一次。',

  'hint.not_found.window': '窗口还没有构建：请执行 npm run window，然后再试。',
  'hint.conflict.port_taken': '端口 {{port}} 上已有别的程序在监听。请换一个端口，或不写 --port。',
  'hint.identity_unknown.link':
    '该链接已被使用、已超过十分钟，或不属于此服务。请在运行 pilothouse serve 的地方按 Enter 键，并打开新的链接。',
  'hint.rate_limited.link': '请稍等。然后在运行 pilothouse serve 的地方按 Enter 键，并打开新的链接。',

  'say.loopback_target': 'Pilothouse 是服务器而不是代理：请求必须指明路径。',
  'say.loopback_method': 'Pilothouse 只响应 GET、HEAD 和 POST。',
  'say.loopback_body': 'Pilothouse 只接受标明长度的请求正文，不接受分块传输。',
  'say.loopback_host': 'Pilothouse 只在 127.0.0.1、localhost 和 [::1] 下响应。请用其中之一打开。',
  'say.loopback_origin': '此请求不是由这个 Pilothouse 的页面发出的。',
  'say.loopback_site': '你是从另一个网站来到这里的。请把链接粘贴到浏览器的地址栏中打开。',
  'say.loopback_address': '此地址没有可以连接的内容。',
  'say.loopback_session': '请先打开新的一次性链接：在运行 pilothouse serve 的地方按 Enter 键。',
  'say.loopback_full': '同时打开的窗口过多。请关闭一个再试。',
} as const
