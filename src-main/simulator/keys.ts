import ssh2 from 'ssh2'
import type { ParsedKey } from 'ssh2'
import { fingerprintOf } from '../ssh/hostKey.ts'

/** A key pair made for one run: the private half as OpenSSH text, the public half ready to compare. */
export interface RunKey {
  readonly privateKey: string
  readonly publicKey: ParsedKey
  /** `SHA256:` and the unpadded base64 of the digest, as `ssh-keygen -lf` prints it. */
  readonly fingerprint: string
}

/** Makes an Ed25519 key that lives as long as the process keeps it. */
export function makeKey(comment: string): RunKey {
  for (;;) {
    const { private: privateKey, public: written } = ssh2.utils.generateKeyPairSync('ed25519', { comment })
    const publicKey = ssh2.utils.parseKey(written)
    // ssh2 1.17 writes one key in 256 wrongly: it takes a public half's leading zero byte away (mscdex/ssh2#1513).
    if (publicKey instanceof Error || ssh2.utils.parseKey(privateKey) instanceof Error) continue
    return { privateKey, publicKey, fingerprint: fingerprintOf(publicKey.getPublicSSH()) }
  }
}
