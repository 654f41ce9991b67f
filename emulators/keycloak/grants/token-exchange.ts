import { type Claims, readJwt } from '../../entra/jwt.ts';
import type { Client } from '../clients.ts';
import { invalidRequest, OAuthError } from '../errors.ts';
import { type Bearer, inspectAccessToken } from '../inspection.ts';
import { clientById, type Realm } from '../realm.ts';
import { grantedScope } from '../scopes.ts';
import { activeSession } from '../session-life.ts';
import { audiencesFor, type Grant, idToken, tokenAnswer } from '../tokens.ts';

export const exchangeGrantType = 'urn:ietf:params:oauth:grant-type:token-exchange';
const type = (name: string) => `urn:ietf:params:oauth:token-type:${name}`;
const unsupported = ['requested_subject', 'requested_issuer', 'subject_issuer'];

/** Section 4.6: within the realm, from access token to access token or ID token. */
export function tokenExchange(realm: Realm, client: Client, form: URLSearchParams): Claims {
  checkParameters(client, form);
  const bearer = subjectOf(realm, client, form.get('subject_token') ?? '');
  const audience = checkedAudience(realm, { client, bearer, wanted: form.getAll('audience') });
  const scope = grantedScope(form.get('scope'));
  const session = activeSession(realm, bearer.claims.sid);
  const grant: Grant = { client, person: bearer.person, session, scope, by: 'te', audience };
  const wanted = form.get('requested_token_type') ?? type('access_token');
  const answer = tokenAnswer(realm, grant);
  if (wanted === type('access_token')) return { ...answer, issued_token_type: wanted };
  return { ...answer, access_token: idToken(realm, grant), token_type: 'N_A', issued_token_type: wanted };
}

function checkParameters(client: Client, form: URLSearchParams): void {
  if (!client.tokenExchange)
    throw invalidRequest('Standard token exchange is not enabled for the requested client');
  for (const name of unsupported)
    if (form.has(name))
      throw invalidRequest(`Parameter '${name}' is not supported for standard token exchange`);
  for (const name of ['subject_token', 'subject_token_type'])
    if (!form.get(name)) throw invalidRequest(`Parameter '${name}' required for standard token exchange`);
  if (form.get('subject_token_type') !== type('access_token'))
    throw invalidRequest("Parameter 'subject_token' supports access tokens only");
  const wanted = form.get('requested_token_type') ?? type('access_token');
  if (![type('access_token'), type('id_token')].includes(wanted))
    throw invalidRequest('requested_token_type unsupported');
}

function subjectOf(realm: Realm, { clientId }: Client, token: string): Bearer {
  const bearer = readJwt(token) ? inspectAccessToken(realm, token) : { fault: 'malformed' };
  if ('fault' in bearer) throw invalidRequest('Invalid token');
  const { azp, aud } = bearer.claims;
  if (azp === clientId || [aud].flat().includes(clientId)) return bearer;
  throw new OAuthError(403, 'access_denied', 'Client is not within the token audience');
}

type Audience = { client: Client; bearer: Bearer; wanted: string[] };

function checkedAudience(realm: Realm, { client, bearer, wanted }: Audience): string[] | undefined {
  if (wanted.length === 0) return undefined;
  const known = (name: string) =>
    name === 'account' || name === 'realm-management' || clientById(realm, name);
  if (!wanted.every(known)) throw new OAuthError(400, 'invalid_client', 'Audience not found');
  const offered = audiencesFor(client, bearer.person);
  const missing = wanted.filter((name) => !offered.includes(name));
  if (missing.length > 0) throw invalidRequest(`Requested audience not available: ${missing.join(', ')}`);
  return wanted;
}
