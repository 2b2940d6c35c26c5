/** What can be learnt of a place before it is a target. */
export interface Places {
  /** The fingerprint (`SHA256:…`) of the key that a host shows, trusting nothing. Throws `ssh_unreachable`. */
  scanHostKey(address: string, port: number): Promise<string>
  /** The id of this machine's Docker Engine. Throws `docker_missing`. */
  localEngineId(): Promise<string>
}
