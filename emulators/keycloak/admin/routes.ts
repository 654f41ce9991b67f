import type { EmulatorRequest, Reply } from '../../kit/server.ts';
import { inspectAccessToken } from '../inspection.ts';
import type { Person } from '../people.ts';
import { personById, type Realm } from '../realm.ts';
import { bearerToken } from '../userinfo.ts';
import { changeUser, createUser } from './change-user.ts';
import { countUsers, findUsers, oneUser, realmRoles } from './users.ts';

type Answer = (realm: Realm, request: EmulatorRequest) => Reply | Promise<Reply>;
type PersonAnswer = (realm: Realm, person: Person, request: EmulatorRequest) => Reply | Promise<Reply>;

const collection: Record<string, Answer> = {
  'GET /users': findUsers,
  'GET /users/count': countUsers,
  'POST /users': createUser,
};
/** By what follows the user's id. */
const ofOne: Record<string, PersonAnswer> = {
  'GET ': (_, person) => oneUser(person),
  'PUT ': changeUser,
  'DELETE ': (realm, person) => {
    realm.sessions.endOf(person.id);
    realm.people.splice(realm.people.indexOf(person), 1);
    return { status: 204 };
  },
  'GET /role-mappings/realm': (realm, person) => realmRoles(realm, person),
  'POST /logout': (realm, person) => {
    realm.sessions.endOf(person.id);
    return { status: 204 };
  },
};

/**
 * The part of the admin REST API that is about users. Reading takes the role `view-users` of `realm-management`,
 * changing `manage-users`. Null: nothing below `/admin/realms`.
 */
export async function adminRoutes(realm: Realm, request: EmulatorRequest): Promise<Reply | null> {
  const { method } = request;
  const [, name, path = ''] = /^\/admin\/realms\/([^/]+)(\/.*)?$/.exec(request.path) ?? [];
  if (name === undefined) return null;
  const bearer = inspectAccessToken(realm, bearerToken(request) ?? '');
  if ('fault' in bearer) return { status: 401, body: { error: 'HTTP 401 Unauthorized' } };
  if (name !== realm.name) return { status: 404, body: { error: 'Realm not found.' } };
  const answer = answerOf(realm, method, path.replace(/\/$/, ''));
  if (!answer) return { status: 404, body: { error: 'HTTP 404 Not Found' } };
  if (!mayDo(bearer.person, method === 'GET' ? 'view-users' : 'manage-users'))
    return { status: 403, body: { error: 'HTTP 403 Forbidden' } };
  return await answer(realm, request);
}

function answerOf(realm: Realm, method: string, path: string): Answer | null {
  const plain = collection[`${method} ${path}`];
  if (plain) return plain;
  const [, id, rest = ''] = /^\/users\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const answer = id === undefined ? undefined : ofOne[`${method} ${rest}`];
  if (!answer) return null;
  return (_, request) => {
    const person = personById(realm, id);
    return person ? answer(realm, person, request) : { status: 404, body: { error: 'User not found' } };
  };
}

function mayDo({ clientRoles }: Person, role: string): boolean {
  const roles = clientRoles['realm-management'] ?? [];
  return roles.includes(role) || roles.includes('realm-admin');
}
