import { decodeJwt } from 'jose';
import type { Caller } from '../domain/callers.ts';
import { unauthenticated } from '../domain/errors.ts';
import { hashOf } from './token-memory.ts';

/** Verifies tokens, whoever issued them. */
export type TokenVerifier = {
  /**
   * Who presents this token.
   * @throws UNAUTHENTICATED saying which check failed, FORBIDDEN for a token without the scope,
   * UPSTREAM_UNAVAILABLE while its signing key can neither be found nor ruled out.
   */
  verify(token: string): Promise<Caller>;
  close(): Promise<void>;
};

/** The rules of one issuer, which alone judge its tokens. */
export type IssuerVerifier = TokenVerifier & {
  /** Whether tokens that state this `iss` are this one's to judge. */
  owns(issuer: string): boolean;
  /** Who presented the token of this hash (`hashOf`) before; null where it has to be verified. */
  recall(key: string): Caller | null;
};

const maxTokenLength = 32_768;

/**
 * Sends each token to the one verifier that owns the issuer it states. The statement is not yet verified: it chooses
 * who judges, and that one holds the token to it.
 */
export function createVerifiers(issuers: readonly IssuerVerifier[]): TokenVerifier {
  const recall = (key: string): Caller | null => {
    for (const issuer of issuers) {
      const known = issuer.recall(key);
      if (known) return known;
    }
    return null;
  };
  return {
    async verify(token) {
      const known = recall(hashOf(token));
      if (known) return known;
      const stated = statedIssuer(token);
      const verifier = issuers.find(({ owns }) => owns(stated));
      if (!verifier) throw unauthenticated('The token is of an issuer that is not trusted here (iss).');
      return verifier.verify(token);
    },
    async close() {
      await Promise.all(issuers.map((issuer) => issuer.close()));
    },
  };
}

function statedIssuer(token: string): string {
  if (token.length > maxTokenLength) throw unauthenticated('The token is too long.');
  try {
    return String(decodeJwt(token).iss);
  } catch (error) {
    throw unauthenticated('The token is not a JWT.', error);
  }
}
