/** A credential seen before, beside a full verification: a token of Entra among issuers, and a stored key. Run: node bench/verify.ts */
import { createApiKeyVerifier } from '../src/auth/api-keys.ts';
import { createVerifiers } from '../src/auth/verifiers.ts';
import { hashOfApiKey, makeApiKeySecret } from '../src/domain/api-key-secret.ts';
import type { FoundApiKey } from '../src/domain/api-keys.ts';
import { startRealm } from '../test/auth/support/realm.ts';
import { startVerifying } from '../test/auth/support/verifier.ts';

const credentials = 2_000;
/** So often all of them are presented again, for a time that can be told from noise. */
const rounds = 20;
const goalMs = 0.02;

type Verify = (credential: string) => Promise<unknown>;

/** Milliseconds for one. */
async function verifyAll(list: string[], verify: Verify): Promise<number> {
  const from = performance.now();
  for (const credential of list) await verify(credential);
  return (performance.now() - from) / list.length;
}

async function measure(name: string, make: (index: string) => string, verify: Verify): Promise<void> {
  const all = (mark: string) => Array.from({ length: credentials }, (_, index) => make(`${mark}${index}`));
  const warmUp = all('w');
  for (let round = 0; round < 3; round++) await verifyAll(warmUp, verify);
  const list = all('m');
  const full = await verifyAll(list, verify);
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) times.push(await verifyAll(list, verify));
  const [middle = 0] = times.toSorted((one, other) => one - other).slice(rounds / 2);
  const goal = middle < goalMs ? 'within' : 'OVER';
  console.log(`${name}  first ${show(full)}  seen before ${show(middle)}  (${goal} ${show(goalMs)})`);
}

const show = (milliseconds: number) => `${(milliseconds * 1_000).toFixed(2)} µs`;

await using entra = await startVerifying();
await using realm = await startRealm({}, { clock: entra.clock });
const tokens = createVerifiers([realm.verifier, entra.verifier]);
await measure('token of Entra   ', (uti) => entra.issuer.token({ uti }), tokens.verify);
await measure('token of Keycloak', (jti) => realm.token({ jti }), tokens.verify);

/** The clock stands still, so that what was said of a key is never asked again; looking up costs nothing here. */
const found: FoundApiKey = {
  id: 'bench',
  owner: 'bench',
  name: 'bench',
  prefix: '',
  scopes: ['READ'],
  requestsPerMinute: null,
  expiresAt: null,
  revokedAt: null,
  root: 'bench',
};
const hashes = new Set<string>();
const keys = createApiKeyVerifier({
  clock: entra.clock,
  find: async (hash) => (hashes.has(hash) ? found : null),
  configured: null,
});
const makeKey = () => {
  const secret = makeApiKeySecret();
  hashes.add(hashOfApiKey(secret));
  return secret;
};
await measure('API key          ', makeKey, keys.verify);
