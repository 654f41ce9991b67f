import { isSame } from '../client-authentication.ts';
import type { Client } from '../clients.ts';
import { invalidGrant, OAuthError } from '../errors.ts';
import type { Person } from '../people.ts';
import { personByLogin, type Realm } from '../realm.ts';
import { grantedScope } from '../scopes.ts';
import { tokenAnswer } from '../tokens.ts';

/** Section 4.1. Empty fields besides, as some clients send them, are nothing to it. */
export function passwordGrant(realm: Realm, client: Client, form: URLSearchParams) {
  if (!client.directAccessGrants)
    throw new OAuthError(400, 'unauthorized_client', 'Client not allowed for direct access grants');
  const scope = grantedScope(form.get('scope'));
  const login = form.get('username');
  if (!login) throw new OAuthError(401, 'invalid_request', 'Missing parameter: username');
  const person = checkedPerson(realm, login, form.get('password') ?? '');
  if (person.requiredActions.length > 0) throw invalidGrant('Account is not fully set up');
  const about = { personId: person.id, clientId: client.clientId, scope, authTime: null, now: realm.now() };
  return tokenAnswer(realm, { client, person, scope, session: realm.sessions.start(about), by: 'ro' });
}

/** Throws OAuthError; that an account is disabled is told only to who knows its password. */
export function checkedPerson(realm: Realm, login: string, password: string): Person {
  const person = personByLogin(realm, login);
  if (!person || !isSame(password, person.password)) throw invalidGrant('Invalid user credentials');
  if (!person.enabled) throw invalidGrant('Account disabled');
  return person;
}
