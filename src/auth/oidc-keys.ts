import { createPublicKey } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { MlgraphError } from '../domain/errors.ts';
import { callIssuer, type IssuerName } from './entra-http.ts';
import type { LoadKeys } from './key-loads.ts';
import type { KeySet, SigningKey } from './key-set.ts';

/** Signatures that are taken: of key pairs alone, so that no public key can serve as a secret. */
export const algorithms: readonly string[] = ['RS256', 'PS256', 'ES256'];

const discovery = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });
const jwks = z.looseObject({ keys: z.array(z.looseObject({ kty: z.string() })) });

/** Loads the keys of an issuer from where its discovery document says they are. */
export function oidcKeys(issuer: string, name: IssuerName, dispatcher: Dispatcher): LoadKeys {
  const get = (url: string, signal: AbortSignal) => getJson(url, { name, dispatcher, signal });
  return async (signal) => {
    const described = discovery.safeParse(await get(discoveryOf(issuer), signal));
    if (!described.success) throw unreadable(name, described.error);
    // As OpenID Connect Discovery 1.0 has it in section 4.3: or another issuer's document would give this one's keys.
    if (described.data.issuer !== issuer) throw unreadable(name, new Error('it describes another issuer'));
    if (!isSafe(described.data.jwks_uri)) throw unreadable(name, new Error('its keys are not at https'));
    return readKeySet(await get(described.data.jwks_uri, signal), name);
  };
}

const discoveryOf = (issuer: string) => `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;

/** Keys that come over plain http could be anybody's; only this machine itself is trusted with it. */
function isSafe(address: string): boolean {
  const url = URL.parse(address);
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  return url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback);
}

/** What cannot verify a signature is passed over: a realm publishes a key to encrypt with, too. */
export function readKeySet(answer: unknown, name: IssuerName): KeySet {
  const parsed = jwks.safeParse(answer);
  if (!parsed.success) throw unreadable(name, parsed.error);
  const keys = parsed.data.keys.map(toSigningKey).filter((key) => key !== null);
  if (keys.length === 0) throw unreadable(name, new Error('no key that signs'));
  return new Map(keys.map((key) => [key.kid, key]));
}

function toSigningKey(jwk: Record<string, unknown>): SigningKey | null {
  const { kid, use, alg } = jwk;
  if (typeof kid !== 'string' || (use !== undefined && use !== 'sig')) return null;
  if (alg !== undefined && !algorithms.includes(String(alg))) return null;
  if (jwk.kty !== 'RSA' && jwk.kty !== 'EC') return null;
  try {
    const key = createPublicKey({ key: jwk, format: 'jwk' });
    return { kid, key, issuer: null, algorithms: alg === undefined ? algorithms : [String(alg)] };
  } catch {
    return null;
  }
}

async function getJson(
  url: string,
  { name, dispatcher, signal }: { name: IssuerName; dispatcher: Dispatcher; signal: AbortSignal },
): Promise<unknown> {
  const headers = { accept: 'application/json' };
  const answer = await callIssuer(name, dispatcher, { method: 'GET', url, headers }, signal);
  if (answer.status !== 200) throw unreadable(name, new Error(`status ${answer.status}`));
  return answer.body;
}

const unreadable = ({ title, upstream }: IssuerName, cause: unknown) =>
  new MlgraphError('UPSTREAM_ERROR', `The signing keys of ${title} cannot be read.`, { upstream }, cause);
