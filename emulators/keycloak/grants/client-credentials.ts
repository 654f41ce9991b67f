import type { Client } from '../clients.ts';
import { OAuthError } from '../errors.ts';
import type { Realm } from '../realm.ts';
import { grantedScope } from '../scopes.ts';
import { serviceAccountOf, tokenAnswer } from '../tokens.ts';

/** Section 4.5: a token that cannot be refreshed, of a session that is not kept. */
export function clientCredentials(realm: Realm, client: Client, form: URLSearchParams) {
  const refused = (who: string) =>
    new OAuthError(401, 'unauthorized_client', `${who} to retrieve service account`);
  if (client.secret === null) throw refused('Public client not allowed');
  const person = serviceAccountOf(client);
  if (!person) throw refused('Client not enabled');
  const scope = grantedScope(form.get('scope'));
  return tokenAnswer(realm, { client, person, scope, session: null, by: 'cc' });
}
