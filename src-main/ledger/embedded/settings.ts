/** PostgreSQL's `postgresql.conf` for an embedded ledger; `more` adds to or replaces these. Pure. */
export function serverSettings(port: number, more: Readonly<Record<string, string>> = {}): string {
  const settings = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    unix_socket_directories: '',
    max_connections: '100',
    superuser_reserved_connections: '5',
    password_encryption: 'scram-sha-256',
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    shared_buffers: '64MB',
    max_wal_size: '256MB',
    idle_in_transaction_session_timeout: '60s',
    jit: 'off',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'on',
    log_directory: 'log',
    // One file a weekday, so that a week of logs is all there ever is.
    log_filename: 'ledger-%a.log',
    log_truncate_on_rotation: 'on',
    log_rotation_age: '1d',
    log_file_mode: '0600',
    log_statement: 'none',
    // Statements may carry what doesn't belong in a log; the error itself is logged.
    log_min_error_statement: 'panic',
    cluster_name: 'pilothouse',
    ...more,
  }
  return Object.entries(settings)
    .map(([name, value]) => `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'\n`)
    .join('')
}

/** `pg_hba.conf`: passwords for everybody, over loopback only. */
export const serverAccess = 'host all all 127.0.0.1/32 scram-sha-256\n'
