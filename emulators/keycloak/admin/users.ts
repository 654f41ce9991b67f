import type { EmulatorRequest, Reply } from '../../kit/server.ts';
import type { Person } from '../people.ts';
import { type Realm, realmRolesOf } from '../realm.ts';

/** A key into the texts of the console. */
const compositeDescription = '$' + '{role_default-roles}';

/** Answers of this API are never to be kept. */
const answer = (body: unknown): Reply => ({
  status: 200,
  headers: { 'cache-control': 'no-cache', 'content-type': 'application/json;charset=UTF-8' },
  body,
});

/** `GET users`: by user name, a page of them; with `briefRepresentation` less of each. */
export function findUsers(realm: Realm, { url: { searchParams: query } }: EmulatorRequest): Reply {
  const first = Number(query.get('first') ?? 0);
  const max = Number(query.get('max') ?? 100);
  const brief = query.get('briefRepresentation') === 'true';
  const page = matching(realm, query).slice(first, max < 0 ? undefined : first + max);
  return answer(page.map((person) => ({ ...representation(person, brief), access: { manage: true } })));
}

export const countUsers = (realm: Realm, { url: { searchParams: query } }: EmulatorRequest): Reply =>
  // A bare number is JSON too, but not an object: sent as text.
  answer(Buffer.from(String(matching(realm, query).length)));

export function oneUser(person: Person): Reply {
  const rights = ['manageGroupMembership', 'resetPassword', 'view', 'mapRoles', 'impersonate', 'manage'];
  const access = Object.fromEntries(rights.map((right) => [right, right !== 'impersonate']));
  return answer({ ...representation(person, false), access });
}

/** `GET users/ID/role-mappings/realm`: those that the person was given, not what they bring along. */
export function realmRoles(realm: Realm, { realmRoles: given }: Person): Reply {
  const composite = `default-roles-${realm.name}`;
  const all = realmRolesOf(realm, given).filter((name) => given.includes(name) || name === composite);
  return answer(
    all.map((name) => ({
      id: `${realm.name}-${name}`,
      name,
      description: name === composite ? compositeDescription : undefined,
      composite: name === composite,
      clientRole: false,
      containerId: realm.name,
    })),
  );
}

function matching({ people }: Realm, query: URLSearchParams): Person[] {
  const exact = query.get('exact') === 'true';
  const fits = (value: string | null, wanted: string | null) =>
    wanted === null ||
    (value !== null && (exact ? value === wanted.toLowerCase() : value.includes(wanted.toLowerCase())));
  const enabled = query.get('enabled');
  return people
    .filter((person) => searched(person, query.get('search')))
    .filter(({ userName, email }) => fits(userName, query.get('username')) && fits(email, query.get('email')))
    .filter((person) => enabled === null || String(person.enabled) === enabled)
    .toSorted((one, other) => (one.userName < other.userName ? -1 : 1));
}

/** The beginning of a word in what the person is called. */
function searched(person: Person, text: string | null): boolean {
  if (text === null) return true;
  const told = [person.userName, person.email, person.firstName, person.lastName];
  return told.some((value) => value?.toLowerCase().startsWith(text.toLowerCase()));
}

function representation(person: Person, brief: boolean) {
  const more = {
    totp: false,
    disableableCredentialTypes: [],
    requiredActions: person.requiredActions,
    notBefore: 0,
  };
  return {
    id: person.id,
    username: person.userName,
    firstName: person.firstName ?? undefined,
    lastName: person.lastName ?? undefined,
    email: person.email ?? undefined,
    emailVerified: person.emailVerified,
    enabled: person.enabled,
    createdTimestamp: person.createdAt,
    ...(brief ? {} : more),
  };
}
