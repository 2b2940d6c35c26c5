import type pg from 'pg'

/**
 * Gives a migrated ledger its identity, once; repeated, it changes nothing.
 *
 * @param embedded whether whoever owns the machine owns this ledger too, so that the frame can say so
 */
export async function initialiseLedger(admin: pg.ClientBase, embedded: boolean): Promise<void> {
  await admin.query('SET ROLE pilothouse_owner')
  try {
    await admin.query('SELECT pilothouse.initialise($1)', [embedded])
  } finally {
    await admin.query('RESET ROLE')
  }
}
