/** What the loopback entry point says: `pilothouse serve`, and answers to requests that it does not let in. */
export const loopbackTexts = {
  'command.serve': 'the window in a browser on this machine, for one profile, until stopped',
  'example.serve':
    'pilothouse serve\npilothouse serve --profile work --port 7420 --execute\npilothouse serve --json',
  'flag.port': 'port on 127.0.0.1; any free one where none is given',
  'flag.execute': 'also carry out approved releases when their time has come',

  'say.serving': 'The window of profile {{profile}} is served on {{url}}, for this machine only.',
  'say.serve_link': 'Open this link in a browser. It works once, within ten minutes:',
  'say.serve_tunnel':
    'From another machine: ssh -L {{port}}:127.0.0.1:{{port}} <this machine>, then open the link there.',
  'say.serve_again': 'Enter prints a fresh link, ^C ends.',
  'say.serve_executes': 'Approved releases are carried out here when their time has come.',
  'say.serve_waits':
    'Releases that are being carried out here: {{count}}. Waiting for their end; ^C again leaves them for recovery.',
  'say.serve_carried': '{{release}} was due: {{state}}.',
  'say.serve_not_carried': '{{release}} is due and was not carried out.',
  'say.serve_ended': 'No longer served.',
  'say.serve_incident': 'the server says more of it under {{incident}}',
  'say.serve_trouble': 'Looking for what is due failed, and is tried again every minute.',

  'hint.not_found.window': 'The window is not built yet: npm run window, then try again.',
  'hint.conflict.port_taken':
    'Something else listens on port {{port}}. Choose another one, or leave --port out.',
  'hint.identity_unknown.link':
    'The link was used already, is older than ten minutes, or is not of this server. Press Enter where pilothouse serve runs, and open the fresh link.',
  'hint.rate_limited.link':
    'Wait a little. Then press Enter where pilothouse serve runs, and open the fresh link.',

  'say.loopback_target': 'Pilothouse is a server and no proxy: the request has to name a path.',
  'say.loopback_method': 'Pilothouse answers GET, HEAD and POST.',
  'say.loopback_body': 'Pilothouse takes a body with its length only, and not in chunks.',
  'say.loopback_host':
    'Pilothouse answers under 127.0.0.1, localhost and [::1] only. Open it under one of these.',
  'say.loopback_origin': 'This request was not made by a page of this Pilothouse.',
  'say.loopback_site':
    'Another site led here. Open the link by pasting it into the address bar of your browser.',
  'say.loopback_address': 'There is nothing to connect to at this address.',
  'say.loopback_session': 'Open a fresh one-time link first: press Enter where pilothouse serve runs.',
  'say.loopback_full': 'Too many windows are open at once. Close one and try again.',
} as const
