import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { Clock } from '../domain/clock.ts';
import { within } from '../domain/deadline.ts';
import { MlgraphError } from '../domain/errors.ts';
import { upstream } from './entra-http.ts';
import { createApplication, createWire, type Registration } from './msal.ts';
import { type Refusal, refusalOf } from './token-refusal.ts';

/** One request of a token; `assertion` null: for the gateway itself. */
export type TokenRequest = { tenantId: string; scope: string; claims?: string; assertion: string | null };
export type Granted = { token: string; lifetimeMs: number };
export type TokenClient = Registration & { clock: Clock; dispatcher: Dispatcher };

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

const tooSlow = () => new MlgraphError('UPSTREAM_TIMEOUT', 'Entra did not answer in time.', { upstream });
const unreachable = (cause: unknown) =>
  new MlgraphError('UPSTREAM_UNAVAILABLE', 'Entra cannot be reached.', { upstream }, cause);
/** MSAL refused to send it, e.g. because the claims of a challenge are no JSON. */
const notSent = (cause: unknown) =>
  new MlgraphError('UPSTREAM_ERROR', 'The token could not be asked for.', { upstream }, cause);

const grantedSchema = z.looseObject({ access_token: z.string().min(1), expires_in: z.coerce.number() });

/** One POST. MSAL makes it and checks the answer; what the answer means is read from the wire. */
async function exchange(
  client: TokenClient,
  request: TokenRequest,
  signal: AbortSignal,
): Promise<Granted | Refusal> {
  const { network, seen } = createWire(client.dispatcher, signal);
  const application = await createApplication(client, request.tenantId, { network, signal });
  const { assertion, scope, claims } = request;
  const asked = assertion
    ? application.acquireTokenOnBehalfOf({ oboAssertion: assertion, scopes: [scope], claims })
    : application.acquireTokenByClientCredential({ scopes: [scope], claims });
  const problem = await asked.then(
    () => null,
    (error: unknown) => error,
  );
  const { answer, failure } = seen;
  if (!answer) throw failure ?? notSent(problem);
  const granted = answer.status === 200 ? grantedSchema.safeParse(answer.body) : null;
  if (!problem && granted?.success) {
    return { token: granted.data.access_token, lifetimeMs: granted.data.expires_in * 1000 };
  }
  const onBehalf = assertion !== null;
  return refusalOf(answer, { ...client, ...request, onBehalf }, client.clock.now());
}
