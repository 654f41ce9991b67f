import { compactVerify, decodeProtectedHeader, type ProtectedHeaderParameters } from 'jose';
import { Agent } from 'undici';
import type { Caller } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import { unauthenticated } from '../domain/errors.ts';
import type { LoadKeys } from './key-loads.ts';
import type { SigningKey } from './key-set.ts';
import { clockSkewMs, type OidcRules, readCaller } from './oidc-claims.ts';
import { algorithms, oidcKeys } from './oidc-keys.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTokenMemory, hashOf } from './token-memory.ts';
import type { IssuerVerifier } from './verifiers.ts';

export type OidcSettings = OidcRules & {
  /** What the operator calls the issuer. */
  name: string;
};

/** Verifies access tokens of one OpenID Connect issuer, such as a realm of Keycloak (contract, section 6). */
export function createOidcVerifier(
  settings: OidcSettings,
  { clock, loadKeys }: { clock: Clock; loadKeys?: LoadKeys },
): IssuerVerifier {
  const closing = new AbortController();
  const dispatcher = new Agent({ connections: 2 });
  const issuer = { upstream: settings.name, title: `The issuer "${settings.name}"` };
  const keys = createSigningKeys(
    { keys: loadKeys ?? oidcKeys(settings.issuer, issuer, dispatcher) },
    { clock, signal: closing.signal, issuer },
  );
  const memory = createTokenMemory(clock, clockSkewMs);

  async function verifyNew(token: string): Promise<Caller> {
    const { kid, alg } = readHeader(token);
    const payload = await signedPayload(token, alg, await keys.find(kid, 'keys'));
    return readCaller(payload, settings, clock.now());
  }

  return {
    owns: (stated) => stated === settings.issuer,
    recall: memory.recall,
    async verify(token) {
      const key = hashOf(token);
      return memory.recall(key) ?? memory.verifyOnce(key, () => verifyNew(token));
    },
    async close() {
      closing.abort();
      await dispatcher.destroy();
    },
  };
}

/** As RFC 9068 and Keycloak have it; media types are the same in any case. */
const headerTypes = ['jwt', 'at+jwt', 'application/at+jwt'];

function readHeader(token: string): { kid: string; alg: string } {
  const { alg, kid, typ } = decodeHeader(token);
  if (!alg || !algorithms.includes(alg)) {
    throw unauthenticated(`The token is signed by none of ${algorithms.join(', ')} (alg).`);
  }
  if (typeof typ !== 'string' || !headerTypes.includes(typ.toLowerCase())) {
    throw unauthenticated('The token is not an access token (typ of its header).');
  }
  if (!kid || typeof kid !== 'string') {
    throw unauthenticated('The token does not name its signing key (kid).');
  }
  return { alg, kid };
}

function decodeHeader(token: string): ProtectedHeaderParameters {
  try {
    return decodeProtectedHeader(token);
  } catch (error) {
    throw unauthenticated('The token is not a JWT.', error);
  }
}

/** A key that says what it signs by signs by nothing else. */
async function signedPayload(token: string, alg: string, key: SigningKey): Promise<unknown> {
  try {
    if (!key.algorithms.includes(alg)) throw new Error('the key does not sign by this algorithm');
    const { payload } = await compactVerify(token, key.key, { algorithms: [alg] });
    return JSON.parse(new TextDecoder().decode(payload));
  } catch (error) {
    throw unauthenticated("The token's signature does not verify.", error);
  }
}
