import { ConfidentialClientApplication, type INetworkModule, type NetworkResponse } from '@azure/msal-node';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import { MlgraphError } from '../domain/errors.ts';
import type { Authority } from './authority.ts';
import { type Credential, readCredential } from './credential.ts';
import { within } from './deadline.ts';
import { callEntra, type EntraAnswer, upstream } from './entra-http.ts';
import { type Refusal, refusalOf } from './token-refusal.ts';

/** One request of a token; `assertion` null: for the gateway itself. */
export type TokenRequest = { tenantId: string; scope: string; claims?: string; assertion: string | null };
export type Granted = { token: string; lifetimeMs: number };

export type TokenClient = {
  authority: Authority;
  clientId: string;
  credential: Credential;
  clock: Clock;
  dispatcher: Dispatcher;
};

/** The whole, with the second attempt. */
const deadlineMs = 10_000;
const attemptMs = 5_000;
const pauseMs = 200;

/**
 * Asks Entra for a token, twice if the first failure was a passing one.
 * @throws MlgraphError, as `refusalOf` says, or UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE.
 */
export function requestToken(
  client: TokenClient,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<Granted> {
  const deadline = { clock: client.clock, milliseconds: deadlineMs, signal, error: tooSlow };
  return within(deadline, async (overall) => {
    const first = await attempt(client, request, overall);
    if ('token' in first) return first;
    if (!first.again) throw first.error;
    await client.clock.sleep(pauseMs * (0.5 + Math.random()), overall);
    const second = await attempt(client, request, overall);
    if ('token' in second) return second;
    throw second.error;
  });
}

const tooSlow = () => new MlgraphError('UPSTREAM_TIMEOUT', 'Entra did not answer in time.', { upstream });

async function attempt(
  client: TokenClient,
  request: TokenRequest,
  overall: AbortSignal,
): Promise<Granted | Refusal> {
  const deadline = { clock: client.clock, milliseconds: attemptMs, signal: overall, error: tooSlow };
  try {
    return await within(deadline, (signal) => exchange(client, request, signal));
  } catch (error) {
    overall.throwIfAborted();
    if (!(error instanceof MlgraphError)) return { error: unreachable(error), again: true };
    return { error, again: error.code === 'UPSTREAM_TIMEOUT' };
  }
}

const unreachable = (cause: unknown) =>
  new MlgraphError('UPSTREAM_UNAVAILABLE', 'Entra cannot be reached.', { upstream }, cause);

/** MSAL refused to send it, e.g. because the claims of a challenge are no JSON. */
const notSent = (cause: unknown) =>
  new MlgraphError('UPSTREAM_ERROR', 'The token could not be asked for.', { upstream }, cause);

const grantedSchema = z.looseObject({ access_token: z.string().min(1), expires_in: z.coerce.number() });

/**
 * One POST, through an MSAL application of its own: MSAL remembers tokens without the tenant and failures without the
 * person, so nothing of it may outlive the request. What Entra answered is read from the wire, for MSAL's errors have
 * lost the Retry-After.
 */
async function exchange(
  client: TokenClient,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<Granted | Refusal> {
  const wire = createWire(client.dispatcher, signal);
  const application = await createApplication(client, request, { network: wire.network, signal });
  const { assertion, scope, claims } = request;
  const asked = assertion
    ? application.acquireTokenOnBehalfOf({ oboAssertion: assertion, scopes: [scope], claims })
    : application.acquireTokenByClientCredential({ scopes: [scope], claims });
  const problem = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  const { answer, failure } = wire.result();
  if (!answer) throw failure ?? notSent(problem);
  const granted = answer.status === 200 ? grantedSchema.safeParse(answer.body) : null;
  if (!problem && granted?.success) {
    return { token: granted.data.access_token, lifetimeMs: granted.data.expires_in * 1000 };
  }
  const onBehalf = assertion !== null;
  return refusalOf(answer, { ...client, ...request, onBehalf }, client.clock.now());
}

/**
 * MSAL wants https addresses, which is why the authority is named as if it were one; the addresses it really calls are
 * those of the metadata, so it discovers nothing. `cp1`: claims challenges are answered here.
 */
async function createApplication(
  { authority, clientId, credential }: TokenClient,
  { tenantId }: TokenRequest,
  { network, signal }: { network: INetworkModule; signal: AbortSignal },
): Promise<ConfidentialClientApplication> {
  const { host } = new URL(authority.origin);
  return new ConfidentialClientApplication({
    auth: {
      clientId,
      authority: `https://${host}/${tenantId}`,
      knownAuthorities: [host],
      authorityMetadata: JSON.stringify({
        issuer: authority.issuer(tenantId, '2.0'),
        authorization_endpoint: authority.authorizeEndpoint(tenantId),
        token_endpoint: authority.tokenEndpoint(tenantId),
        jwks_uri: authority.keysUri(tenantId, '2.0'),
      }),
      clientCapabilities: ['cp1'],
      ...(await readCredential(credential, signal)),
    },
    system: { networkClient: network },
  });
}

/** MSAL's way to the network, which keeps what came of it. */
function createWire(dispatcher: Dispatcher, signal: AbortSignal) {
  const seen: { answer: EntraAnswer | null; failure: unknown } = { answer: null, failure: null };
  const send =
    (method: 'GET' | 'POST') =>
    async <T>(url: string, options: { headers?: Record<string, string>; body?: string } = {}) => {
      const { headers, body } = options;
      try {
        seen.answer = await callEntra(dispatcher, { method, url, headers, body }, signal);
      } catch (error) {
        seen.failure = error;
        throw error;
      }
      // A page that is no JSON is shown to MSAL as an answer without a token.
      return { ...seen.answer, body: seen.answer.body ?? {} } as NetworkResponse<T>;
    };
  const network: INetworkModule = { sendGetRequestAsync: send('GET'), sendPostRequestAsync: send('POST') };
  return { network, result: () => seen };
}
