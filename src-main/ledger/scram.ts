import { createHash, createHmac, pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { PilothouseError } from '../../src-preload/contract/errors.ts'

const derive = promisify(pbkdf2)
/** Above PostgreSQL's own 4096, since people choose some of these passwords; a login still takes milliseconds. */
const defaultIterations = 16_384

/**
 * What PostgreSQL stores for a password (RFC 5803: `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`), so
 * that a statement that sets one never carries the password. It is safe to stand in SQL between single quotes.
 *
 * Throws `validation_error` for a password that isn't printable ASCII, since programs prepare others differently.
 *
 * @param salt 16 random bytes, given only by tests
 */
export async function scramVerifier(
  password: string,
  { salt = randomBytes(16), iterations = defaultIterations }: { salt?: Buffer; iterations?: number } = {},
): Promise<string> {
  if (!/^[\x20-\x7e]+$/.test(password))
    throw new PilothouseError('validation_error', {
      problems: [{ path: 'password', problem: 'only printable ASCII characters' }],
    })
  const salted = await derive(password, salt, iterations, 32, 'sha256')
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64')
  const serverKey = hmac(salted, 'Server Key').toString('base64')
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
