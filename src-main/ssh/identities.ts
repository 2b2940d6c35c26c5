import { readFile } from 'node:fs/promises'
import ssh2 from 'ssh2'
import type { AnyAuthMethod, ParsedKey } from 'ssh2'

/** An identity file that was looked at: its key, or why it can't be used. */
export type Identity =
  | { readonly path: string; readonly key: ParsedKey }
  | { readonly path: string; readonly problem: IdentityProblem }
export type IdentityProblem = 'encrypted' | 'unreadable' | 'not a private key'

/** What was or could not be offered to a host, for the words of a refused login. */
export interface Tried extends Readonly<Record<string, string>> {
  readonly identity: string
  readonly outcome: 'refused' | IdentityProblem | 'no answer'
}

/** Reads private keys. A file that can't be used is told, not thrown: another one may open the door. */
export async function readIdentities(paths: readonly string[]): Promise<readonly Identity[]> {
  return Promise.all(paths.map(readIdentity))
}

async function readIdentity(path: string): Promise<Identity> {
  let text: Buffer
  try {
    text = await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error) return { path, problem: 'unreadable' }
    throw error
  }
  const parsed = ssh2.utils.parseKey(text)
  if (parsed instanceof Error) {
    return { path, problem: /encrypted/i.test(parsed.message) ? 'encrypted' : 'not a private key' }
  }
  return parsed.isPrivateKey() ? { path, key: parsed } : { path, problem: 'not a private key' }
}

/** What is offered to a host, in order: the named files, then the agent. */
export function authMethods(
  user: string,
  identities: readonly Identity[],
  agent: string | undefined,
): AnyAuthMethod[] {
  const keys = identities.flatMap((identity): AnyAuthMethod[] =>
    'key' in identity ? [{ type: 'publickey', username: user, key: identity.key }] : [],
  )
  return agent === undefined ? keys : [...keys, { type: 'agent', username: user, agent }]
}

/** Everything that was looked at, after a host refused the login. `agentAnswered`: it was there to be asked. */
export function triedOf(
  identities: readonly Identity[],
  agent: string | undefined,
  agentAnswered: boolean,
): readonly Tried[] {
  const files = identities.map((identity): Tried => ({
    identity: identity.path,
    outcome: 'key' in identity ? 'refused' : identity.problem,
  }))
  const asked: Tried = { identity: 'agent', outcome: agentAnswered ? 'refused' : 'no answer' }
  return agent === undefined ? files : [...files, asked]
}
