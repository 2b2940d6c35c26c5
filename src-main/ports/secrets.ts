/** The key of one target: values are encrypted to `recipient`, and compared by an HMAC under `mac_key`. */
export interface TargetKey {
  readonly mac_key: Uint8Array
  /** An age identity, `AGE-SECRET-KEY-1…`. */
  readonly identity: string
  /** Its public side, `age1…`. */
  readonly recipient: string
}

/** Sealing, and this device's own key. Values and identities never leave it except wrapped. */
export interface Secrets {
  /** This member's public age recipient on this device; made and stored at the first call. */
  recipient(): Promise<string>
  createTargetKey(): Promise<TargetKey>
  /** The target key, encrypted to one recipient. */
  wrap(key: TargetKey, recipient: string): Promise<Uint8Array>
  /** Opens a target key wrapped to this device, or throws `keystore_unavailable`. */
  unwrap(wrapped: Uint8Array): Promise<TargetKey>
  /**
   * What stands in a document for a secret value: `pilothouse-sealed:<NAME>:<64 hex digits>`, the HMAC-SHA256 of name,
   * a zero byte and the value. Equal values give equal tokens, so that "changed" is visible and the value is not.
   */
  token(key: TargetKey, name: string, value: string): string
  seal(key: TargetKey, value: string): Promise<Uint8Array>
  open(key: TargetKey, ciphertext: Uint8Array): Promise<string>
}
