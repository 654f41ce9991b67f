import { createPublicKey, type KeyObject } from 'node:crypto';
import jwksClient from 'jwks-rsa';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { MlgraphError } from '../domain/errors.ts';
import { callEntra, upstream } from './entra-http.ts';

/** One public key of an issuer. */
export type SigningKey = {
  kid: string;
  key: KeyObject;
  /** Of Entra: whose tokens it may sign, possibly with `{tenantid}` in it; null: not said. */
  issuer: string | null;
  /** By which it may sign. */
  algorithms: readonly string[];
};
export type KeySet = ReadonlyMap<string, SigningKey>;

/** Gives the JSON of a key set. */
export type FetchKeys = (uri: string, signal: AbortSignal) => Promise<unknown>;

const wire = z.looseObject({
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), issuer: z.string().optional() })).min(1),
});

/**
 * Loads one whole set. jwks-rsa turns JWKs into keys; its cache and rate limit stay off, for they hold keys one by one
 * and let forged ids shut out valid ones. It drops the `issuer` of each key, so that is read beside it.
 * @throws UPSTREAM_ERROR where the answer holds no usable RSA key.
 */
export async function loadKeySet(uri: string, fetchKeys: FetchKeys, signal: AbortSignal): Promise<KeySet> {
  const parsed = wire.safeParse(await fetchKeys(uri, signal));
  if (!parsed.success) throw notKeys(parsed.error);
  const keys = parsed.data.keys.filter(({ kty }) => kty === 'RSA');
  const issuers = new Map(keys.map(({ kid, issuer }) => [kid, issuer ?? null]));
  const client = jwksClient({ jwksUri: uri, cache: false, fetcher: async () => ({ keys }) });
  const signing = await client.getSigningKeys().catch((error: unknown) => {
    throw notKeys(error);
  });
  return new Map(
    signing.map((key) => [
      key.kid,
      {
        kid: key.kid,
        key: createPublicKey(key.getPublicKey()),
        issuer: issuers.get(key.kid) ?? null,
        algorithms: ['RS256'],
      },
    ]),
  );
}

const notKeys = (cause: unknown) =>
  new MlgraphError('UPSTREAM_ERROR', "Entra's signing keys cannot be read.", { upstream }, cause);

/** Over HTTP. @throws network errors, UPSTREAM_ERROR for any status but 200. */
export const fetchKeysOver =
  (dispatcher: Dispatcher): FetchKeys =>
  async (uri, signal) => {
    const answer = await callEntra(
      dispatcher,
      { method: 'GET', url: uri, headers: { accept: 'application/json' } },
      signal,
    );
    if (answer.status !== 200) throw notKeys(new Error(`status ${answer.status}`));
    return answer.body;
  };
