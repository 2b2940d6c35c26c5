/** What to do about a ledger that can't be reached, set up or entered. */
export const ledgerTexts = {
  'hint.ledger_unavailable.unreachable':
    'Check host, port and network of the profile (pilothouse profile show), and that the server runs.',
  'hint.ledger_unavailable.tls':
    'The server’s certificate does not convince. Name its authority with --ca, or check the host’s name.',
  'hint.ledger_unavailable.starting': 'The server is starting or stopping. Try again in a moment.',
  'hint.ledger_unavailable.too_many_connections': 'The server has no connection left. Try again in a moment.',
  'hint.ledger_unavailable.busy': 'Others work on the same thing. Try again in a moment.',
  'hint.ledger_unavailable.database_missing':
    'There is no such database. Create it on the server, then: pilothouse ledger init --url postgres://<admin>@<host>/<database>',
  'hint.ledger_unavailable.not_migrated':
    'Nothing was set up there yet: pilothouse ledger init, as its administrator.',
  'hint.ledger_unavailable.migrate_needed':
    'The ledger is older than this Pilothouse: pilothouse ledger migrate, as its administrator.',
  'hint.ledger_unavailable.embedded_no_account':
    'PostgreSQL does not run as root, and no account named postgres or nobody is there. Run Pilothouse as an ordinary user.',
  'hint.ledger_unavailable.embedded_other_account':
    'The folder belongs to another account. Run Pilothouse as that account, or set PILOTHOUSE_HOME.',
  'hint.ledger_unavailable.embedded_binaries':
    'There is no PostgreSQL for this platform here. Use a server: pilothouse ledger init --url postgres://<admin>@<host>/<database>',
  'hint.ledger_unavailable.embedded_password_lost':
    'The password of the embedded ledger is gone or another one. Restore the keychain or the files beside it from a backup.',
  'hint.ledger_unavailable.embedded_silent':
    'The embedded ledger runs and does not answer: pilothouse ledger stop, then try again.',
  'hint.ledger_unavailable.embedded_locked':
    'Another process is starting or stopping it. Try again in a moment.',
  'hint.ledger_unavailable.embedded_other_major':
    'The data is of another major version of PostgreSQL. Use the Pilothouse that made it.',
  'hint.ledger_unavailable.embedded_init_failed':
    'PostgreSQL could not make its data folder: see what it said above, often disk space or permissions.',
  'hint.ledger_unavailable.embedded_start_failed':
    'PostgreSQL did not start: see what it said above, often disk space, memory or permissions.',
  'hint.ledger_unavailable.embedded_stop_failed': 'PostgreSQL did not stop. Look at its log and try again.',
  'hint.permission_denied.ledger_password':
    'The ledger refused the password. Ask for a new invitation (pilothouse member renew <login> --out <file>) and join again.',
  'hint.permission_denied.ledger_login':
    'The ledger does not let this login in. Check it with pilothouse profile show, or ask its administrator.',
  'hint.permission_denied.not_a_member':
    'This login is no member. An administrator adds it: pilothouse member add <login> --person "Full Name"',
  'hint.permission_denied.invitation_used':
    'The invitation was accepted before. Ask for a new one: pilothouse member renew <login> --out <file>',
  'hint.conflict.login_taken':
    'Choose another login. If it is yours and its password is lost: pilothouse member renew <login> --out <file>',
  'hint.conflict.file_exists': 'Name another file; nothing is ever written over.',
  'hint.conflict.profile_taken':
    'Name another profile with --profile. See those that exist: pilothouse profile list',
  'hint.conflict.chain_broken':
    'The record is not what was written. Keep this export, tell an administrator, and compare with earlier exports.',
  'hint.not_found.embedded_ledger':
    'The invitation is to the embedded ledger of another home. Use that PILOTHOUSE_HOME, on the machine that made it.',
  'hint.not_found.procedure': 'See what each command calls: pilothouse call --help',
} as const
