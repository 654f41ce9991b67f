import { createHash } from 'node:crypto';
import type { TokenAuthority } from '../../azure-ml/access.ts';
import type { Person } from '../../entra/index.ts';

/** Somebody who may be let into the workspace: a person of the directory, or the gateway's application. */
export type Member = {
  /** Object id of the person, or the application's id. Conversations are kept by it. */
  key: string;
  /** A person's name, or `application`. */
  name: string;
  kind: 'user' | 'application';
  /** As the workspace names them: an e-mail address, or the application's id. */
  userName: string;
  /** Of the workspace itself, a 64-bit number. */
  id: number;
  isAdmin: boolean;
};

export type Members = {
  /** Of the workspace, in a fixed order. */
  list(): Member[];
  /** By object id. Null: not in the workspace. */
  withKey(key: string): Member | null;
  /** By name. Throws TypeError for nobody. */
  named(name: unknown): Member;
  application(): Member;
  /** Takes a member out of the workspace, or lets them in again. Throws TypeError for nobody. */
  change(name: unknown, isMember: boolean): void;
};

/** The people who have a role upstream, and the application. */
export function createMembers(authority: TokenAuthority, clientId: string): Members {
  const people = authority.people.filter(({ role }) => role !== 'outsider').map(memberOf);
  const application = applicationOf(clientId);
  const everybody = new Map([...people, application].map((member) => [member.key, member]));
  const out = new Set<string>();
  const withKey = (key: string) => (out.has(key) ? null : (everybody.get(key) ?? null));
  const named = (name: unknown): Member => {
    const found = [...everybody.values()].find((member) => member.name === name);
    if (!found) throw new TypeError('Nobody who may be in the workspace has this name.');
    return found;
  };
  return {
    list: () => [...everybody.values()].filter(({ key }) => !out.has(key)),
    withKey,
    named,
    application: () => application,
    change: (name, isMember) => void (isMember ? out.delete(named(name).key) : out.add(named(name).key)),
  };
}

const memberOf = ({ oid, name, email, role }: Person): Member => ({
  key: oid,
  name,
  kind: 'user',
  userName: email,
  id: workspaceId(oid),
  isAdmin: role === 'administrator',
});

const applicationOf = (clientId: string): Member => ({
  key: clientId,
  name: 'application',
  kind: 'application',
  userName: clientId,
  id: workspaceId(clientId),
  isAdmin: false,
});

/** Fixed per member, and small enough for a JSON number. */
const workspaceId = (key: string): number =>
  7_001_112_000_000_000 + createHash('sha256').update(key).digest().readUInt32BE(0);
