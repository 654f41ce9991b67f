import { randomUUID } from 'node:crypto';
import type { EmulatorRequest, Reply } from '../kit/server.ts';
import { authenticateClient } from './client-authentication.ts';
import { invalidGrant, invalidRequest, missingParameter, OAuthError, oauthReply } from './errors.ts';
import type { Claims } from './jwt.ts';
import { knowsTenant } from './registration.ts';
import { resourceOf } from './resources.ts';
import { challengeOf, HtmlAnswer, type Switches } from './switches.ts';
import {
  applicationToken,
  delegatedToken,
  type Issuer,
  inspectAssertion,
  resourceLifetime,
} from './tokens.ts';

const onBehalfOf = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

type Exchange = { issuer: Issuer; switches: Switches; form: URLSearchParams; tenant: string };

export const isTokenRequest = ({ method, path }: EmulatorRequest): boolean =>
  method === 'POST' && path.endsWith('/token');

/** Parameters of a token request, from its query and its body. */
export async function tokenForm(request: EmulatorRequest): Promise<URLSearchParams> {
  const form = new URLSearchParams(request.url.search);
  for (const [name, value] of new URLSearchParams((await request.body()).toString('utf8')))
    form.set(name, value);
  return form;
}

/** `POST /{tenant}/oauth2/v2.0/token` (sections 4 and 5). */
export async function answerToken(
  issuer: Issuer,
  switches: Switches,
  { request, tenant }: { request: EmulatorRequest; tenant: string },
): Promise<Reply> {
  const form = await tokenForm(request);
  const header = request.headers['client-request-id'];
  const correlationId = form.get('client-request-id') ?? (typeof header === 'string' ? header : randomUUID());
  try {
    authenticateClient(issuer.registration, {
      form,
      tenant: knownTenant(issuer, tenant),
      endpoint: `${issuer.origin()}${request.path}`,
      now: issuer.now(),
    });
    const body = grant({ issuer, switches, form, tenant });
    return {
      status: 200,
      headers: { 'cache-control': 'no-store, no-cache', 'client-request-id': correlationId },
      body,
    };
  } catch (error) {
    if (error instanceof OAuthError)
      return oauthReply(error.failure, { correlationId, at: issuer.now() * 1000 });
    if (error instanceof HtmlAnswer) return badGateway;
    throw error;
  }
}

const badGateway: Reply = {
  status: 502,
  headers: { 'content-type': 'text/html' },
  body: '<html><body><h1>502 Bad Gateway</h1></body></html>',
};

function knownTenant({ registration }: Issuer, tenant: string): string {
  if (tenant === 'common' || tenant === 'consumers')
    throw invalidRequest(
      9001023,
      'The grant type is not supported over the /common or /consumers endpoints.',
    );
  if (knowsTenant(registration, tenant)) return tenant;
  throw invalidRequest(90002, `Tenant '${tenant}' not found.`);
}

function grant(exchange: Exchange): Claims {
  const type = exchange.form.get('grant_type');
  if (!type) throw missingParameter('grant_type');
  if (type === onBehalfOf) return exchangeOnBehalf(exchange);
  if (type === 'client_credentials') return clientCredentials(exchange);
  throw new OAuthError({
    status: 400,
    error: 'unsupported_grant_type',
    code: 70003,
    message: `The app requested an unsupported grant type '${type}'.`,
  });
}

function required(form: URLSearchParams, name: string): string {
  const value = form.get(name);
  if (!value) throw missingParameter(name);
  return value;
}

function exchangeOnBehalf({ issuer, switches, form, tenant }: Exchange): Claims {
  if (required(form, 'requested_token_use') !== 'on_behalf_of') throw missingParameter('requested_token_use');
  const scope = required(form, 'scope');
  const user = checkAssertion(issuer, required(form, 'assertion'), tenant);
  const { resource, name } = resourceOf(scope, issuer.registration.clientId);
  switches.beforeExchange(user);
  const lifetime = resourceLifetime();
  const { nbf, capabilities } = challengeOf(checkedClaims(form));
  const extra = {
    ...(nbf === null ? {} : { challenge_nbf: nbf }),
    ...(capabilities.length > 0 ? { xms_cc: capabilities } : {}),
  };
  return {
    token_type: 'Bearer',
    scope: `${name}/${resource.scope} ${name}/.default`,
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: delegatedToken(issuer, { resource, user, lifetime, extra }),
    ...(form.get('client_info') === '1' ? { client_info: clientInfo(user) } : {}),
  };
}

const clientInfo = ({ oid, tid }: Claims) =>
  Buffer.from(JSON.stringify({ uid: oid, utid: tid })).toString('base64url');

function checkedClaims(form: URLSearchParams): string | undefined {
  const claims = form.get('claims') ?? undefined;
  try {
    if (claims !== undefined) JSON.parse(claims);
    return claims;
  } catch {
    throw invalidRequest(50027, "The 'claims' parameter is not valid JSON.");
  }
}

function clientCredentials({ issuer, form, tenant }: Exchange): Claims {
  const { resource } = resourceOf(required(form, 'scope'), issuer.registration.clientId);
  const lifetime = resourceLifetime();
  const access_token = applicationToken(issuer, { resource, tenant, lifetime });
  return { token_type: 'Bearer', expires_in: lifetime, ext_expires_in: lifetime, access_token };
}

/** The user whose access token the assertion is; throws 50013, 500131, 500133, 240002 or 7000114. */
function checkAssertion(issuer: Issuer, assertion: string, tenant: string): Claims {
  const { claims, fault } = inspectAssertion(issuer, assertion);
  const { clientId } = issuer.registration;
  if (fault === 'audience')
    throw invalidGrant(
      500131,
      `Assertion audience does not match the Client app presenting the assertion. The audience in the assertion was '${claims.aud}' and the expected audience is '${clientId}' or one of the Application Uris of this application with App ID '${clientId}'.`,
    );
  if (fault === 'expired' || fault === 'early') throw outOfTime(issuer, claims);
  if (fault) throw invalidGrant(50013, `Assertion failed signature validation. [Reason - ${reasons[fault]}]`);
  if (claims.tid !== tenant)
    throw invalidGrant(50013, 'Assertion failed validation. [Reason - Wrong tenant.]');
  if (claims.idtyp === 'app')
    throw invalidGrant(7000114, 'Application is not allowed to make application on-behalf-of calls.');
  if (typeof claims.scp !== 'string')
    throw invalidGrant(240002, `Input id_token cannot be used as '${onBehalfOf}' grant.`);
  return claims;
}

const reasons = {
  malformed: 'The assertion is not a token.',
  key: 'The key was not found.',
  signature: 'The provided signature value did not match the expected signature value.',
  issuer: 'The issuer is not known.',
};

function outOfTime({ now }: Issuer, { exp }: Claims) {
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  return invalidGrant(
    500133,
    `Assertion is not within its valid time range. Ensure that the access token is not expired before using it for user assertion, or request a new token. Current time: ${iso(now())}, expiry time of assertion ${iso(Number(exp))}.`,
  );
}
