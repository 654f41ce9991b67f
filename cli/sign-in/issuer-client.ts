import * as oidc from 'openid-client';
import type { Trace } from '../api/client.ts';
import { isConnectionError, unreachable } from '../api/connection.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { Failure, usage } from '../failure.ts';
import { isLoopback } from '../settings/settings.ts';
import type { World } from '../world.ts';
import type { Tokens } from './tokens.ts';

const deadlineSeconds = 15;

/** Learns what an issuer can do. @throws Failure for one that is not there, or not safe to use. */
export async function discover(
  { issuer, clientId }: { issuer: string; clientId: string },
  trace: Trace,
): Promise<oidc.Configuration> {
  const address = URL.parse(issuer);
  if (!address) throw usage(`Not the address of an issuer: ${issuer}`);
  const local = isLoopback(issuer);
  if (address.protocol !== 'https:' && !local)
    throw usage(`${issuer} is not encrypted: nobody signs in there.`, 'Use its https:// address.');
  return asFailures(issuer, () =>
    oidc.discovery(address, clientId, undefined, oidc.None(), {
      timeout: deadlineSeconds,
      execute: local ? [oidc.allowInsecureRequests] : [],
      [oidc.customFetch]: tracing(trace),
    }),
  );
}

/** Without queries and bodies, which hold secrets. */
const tracing =
  (trace: Trace): oidc.CustomFetch =>
  async (url, options) => {
    const started = performance.now();
    const { origin, pathname } = new URL(url);
    const told = (outcome: string) =>
      trace(
        `${options.method} ${origin}${pathname} ${outcome} ${Math.round(performance.now() - started)} ms`,
      );
    try {
      const response = await fetch(url, options as RequestInit);
      told(String(response.status));
      return response;
    } catch (error) {
      told('no answer');
      throw error;
    }
  };

/** What a token answer means to be kept. */
export function tokensFrom(
  answer: oidc.TokenEndpointResponse,
  own: Pick<Tokens, 'url' | 'issuer' | 'clientId' | 'refreshToken'>,
  world: Pick<World, 'now'>,
): Tokens {
  return {
    ...own,
    accessToken: answer.access_token,
    refreshToken: answer.refresh_token ?? own.refreshToken,
    expiresAt: Math.floor(world.now() / 1000) + (answer.expires_in ?? 300),
  };
}

/** Calls the issuer, whose failures become this program's. */
export async function asFailures<T>(issuer: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw failureOf(error, issuer);
  }
}

/** The OAuth error code behind a failure, such as `invalid_grant`. */
export const oauthErrorOf = (error: unknown): string | undefined =>
  error instanceof oidc.ResponseBodyError ? error.error : undefined;

/** Of a device code. */
export const notConfirmed = 'Nobody confirmed the code in time.';

const told: Record<string, { exitCode: ExitCode; message: string; next?: string }> = {
  access_denied: { exitCode: exitCodes.signInNeeded, message: 'The sign-in was denied in the browser.' },
  expired_token: {
    exitCode: exitCodes.signInNeeded,
    message: notConfirmed,
    next: 'Try again: mlgraph login',
  },
  invalid_client: {
    exitCode: exitCodes.usage,
    message: 'The issuer does not know this client id.',
    next: 'Set it: mlgraph config set client-id ID',
  },
};

function failureOf(error: unknown, issuer: string): unknown {
  if (error instanceof oidc.ResponseBodyError) return refusal(error);
  if (error instanceof oidc.WWWAuthenticateChallengeError)
    return new Failure(exitCodes.signInNeeded, `The issuer at ${issuer} refused the sign-in.`, {}, error);
  if (isConnectionError(error)) return unreachable('the issuer', issuer, error);
  const response = error instanceof Error ? error.cause : undefined;
  if (response instanceof Response)
    return new Failure(exitCodes.upstream, `The issuer at ${issuer} failed (HTTP ${response.status}).`, {
      next: 'Try again later.',
    });
  if (error instanceof oidc.ClientError)
    return new Failure(
      exitCodes.upstream,
      `The issuer at ${issuer} answered strangely: ${error.message}.`,
      {},
      error,
    );
  return error;
}

function refusal(error: oidc.ResponseBodyError): Failure {
  if (error.status >= 500)
    return new Failure(
      exitCodes.upstream,
      `The issuer failed: ${said(error)}.`,
      { next: 'Try again later.' },
      error,
    );
  const known = told[error.error];
  const message = known ? known.message : `The issuer refused: ${said(error)}.`;
  const exitCode = known?.exitCode ?? exitCodes.signInNeeded;
  return new Failure(exitCode, message, { code: error.error, next: known?.next }, error);
}

const said = ({ error, error_description }: oidc.ResponseBodyError) =>
  (error_description ?? error).replace(/\.$/, '');
