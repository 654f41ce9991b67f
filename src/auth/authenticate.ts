import type { Caller } from '../domain/callers.ts';
import { unauthenticated } from '../domain/errors.ts';
import type { TokenVerifier } from './verifiers.ts';

export type Authenticated = { caller: Caller; token: string };

export type Authenticator = {
  /**
   * The caller of an `Authorization` header, or of the like in a socket's first message; null without one.
   * @throws UNAUTHENTICATED for a header that is no bearer token, and as the verifier does.
   */
  authenticate(authorization: string | null | undefined): Promise<Authenticated | null>;
};

/** RFC 6750, section 2.1; the scheme in any case, as RFC 9110 says of all schemes. */
const bearer = /^bearer +([\w\-.~+/]+=*) *$/i;

export function createAuthenticator(verifier: Pick<TokenVerifier, 'verify'>): Authenticator {
  return {
    async authenticate(authorization) {
      if (authorization === null || authorization === undefined) return null;
      const token = bearer.exec(authorization)?.[1];
      if (!token) throw unauthenticated('The Authorization header must be "Bearer", a space and a token.');
      return { caller: await verifier.verify(token), token };
    },
  };
}
