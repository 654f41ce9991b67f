/** A person of the realm. The ids are fixed, so that what they own outlives a restart. */
export type Person = {
  /** As people are told apart here, and the `name` of their tokens. */
  name: string;
  /** The `sub` of their tokens. */
  id: string;
  userName: string;
  /** For the local realm only, where everybody may read it. */
  password: string;
  /** Null for the user as whom a client itself is signed in. */
  email: string | null;
  emailVerified: boolean;
  firstName: string | null;
  lastName: string | null;
  realmRoles: readonly string[];
  /** Roles of the realm's own clients. */
  clientRoles: Readonly<Record<string, readonly string[]>>;
  enabled: boolean;
  /** What the person must still do before a password alone signs them in, such as `UPDATE_PASSWORD`. */
  requiredActions: readonly string[];
  /** Milliseconds since the epoch. */
  createdAt: number;
};

/** Everybody is `NAME` with the password `NAME-secret`, in lower case. */
export const people: readonly Person[] = [
  person('Kim', '7b1f0c52-3c0e-4a6a-9f6b-5d3e8a10e501', { realmRoles: ['mlgraph.member'] }),
  person('Lee', '7b1f0c52-3c0e-4a6a-9f6b-5d3e8a10e502', { emailVerified: false }),
  person('Root', '7b1f0c52-3c0e-4a6a-9f6b-5d3e8a10e503', {
    realmRoles: ['mlgraph.admin'],
    clientRoles: { 'realm-management': ['manage-users', 'query-groups', 'query-users', 'view-users'] },
  }),
];

/** A person with what everybody has; `more` replaces any of it. */
export function person(name: string, id: string, more: Partial<Person> = {}): Person {
  const userName = name.toLowerCase();
  return {
    name,
    id,
    userName,
    password: `${userName}-secret`,
    email: `${userName}@contoso.example`,
    emailVerified: true,
    firstName: name,
    lastName: null,
    realmRoles: [],
    enabled: true,
    requiredActions: [],
    clientRoles: {},
    createdAt: Date.UTC(2026, 0, 5),
    ...more,
  };
}
