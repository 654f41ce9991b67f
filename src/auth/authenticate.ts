import type { Caller } from '../domain/callers.ts';
import { MlgraphError, unauthenticated } from '../domain/errors.ts';
import type { ApiKeyVerifier } from './api-keys.ts';
import type { TokenVerifier } from './verifiers.ts';

/** What a request or the first message of a socket presents. */
export type Credentials = {
  /** `Bearer …` */
  authorization?: string | null;
  /** A key to this API. */
  apiKey?: string | null;
};

export type Authenticated = {
  caller: Caller;
  /** The presented token; empty for a key, which is nothing to hand on. */
  token: string;
  /** Who it is now; there for what can be revoked before it ends. @throws UNAUTHENTICATED once it is. */
  recheck?(): Promise<Caller>;
};

export type Authenticator = {
  /**
   * The caller by a bearer token or by a key; null without either.
   * @throws BAD_USER_INPUT for both at once, UNAUTHENTICATED for a header that is no bearer token, and as the verifiers.
   */
  authenticate(credentials: Credentials): Promise<Authenticated | null>;
};

/** RFC 6750, section 2.1; the scheme in any case, as RFC 9110 says of all schemes. */
const bearer = /^bearer +([\w\-.~+/]+=*) *$/i;

export function createAuthenticator(
  tokens: Pick<TokenVerifier, 'verify'>,
  keys: Pick<ApiKeyVerifier, 'verify'>,
): Authenticator {
  return {
    async authenticate({ authorization = null, apiKey = null }) {
      if (authorization !== null && apiKey !== null) throw ambiguous();
      if (apiKey !== null) {
        const recheck = () => keys.verify(apiKey);
        return { caller: await recheck(), token: '', recheck };
      }
      if (authorization === null) return null;
      const token = bearer.exec(authorization)?.[1];
      if (!token) throw unauthenticated('The Authorization header must be "Bearer", a space and a token.');
      return { caller: await tokens.verify(token), token };
    },
  };
}

const ambiguous = () =>
  new MlgraphError('BAD_USER_INPUT', 'Send a bearer token or an API key, not both: who is asking?');
