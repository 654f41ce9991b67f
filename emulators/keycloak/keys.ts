import {
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  randomBytes,
  randomUUID,
  X509Certificate,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { generate } from 'selfsigned';
import { writeSecretFile } from '../kit/secret-file.ts';

type StoredPair = { use: 'sig' | 'enc'; pem: string; cert: string };
type Stored = { pairs: StoredPair[]; secret: { kid: string; bytes: string } };
type Pair = { kid: string; use: 'sig' | 'enc'; key: KeyObject; publicKey: KeyObject; cert: X509Certificate };

/** A key as the realm publishes it (section 5). */
export type PublishedKey = {
  kid: string;
  kty: string;
  alg: 'RS256' | 'RSA-OAEP';
  use: 'sig' | 'enc';
  x5c: string[];
  x5t: string;
  'x5t#S256': string;
  n: string;
  e: string;
};

/**
 * The keys of a realm: one that signs, one that others encrypt to, and the secret of its refresh tokens. With a path
 * they outlive the process in a file that only its owner reads, so that tokens stay valid over a restart.
 */
export type RealmKeys = {
  /** The pair that signs. */
  signing(): { kid: string; key: KeyObject; publicKey: KeyObject };
  /** The public half of a signing key that is published. */
  find(kid: unknown): KeyObject | null;
  /** What signs refresh tokens, by HS512. */
  secret: { kid: string; key: KeyObject };
  /** The newest first, within their use. */
  published(): PublishedKey[];
  /** Makes a new signing key and gives its kid; the old ones stay published unless `dropOld`. */
  rotate(options?: { dropOld?: boolean }): Promise<string>;
};

export async function createRealmKeys(realm: string, path: string | undefined): Promise<RealmKeys> {
  const kept = load(path) ?? (await newKeys(realm));
  let pairs = kept.pairs.map(pairOf);
  const save = () => {
    if (path) writeSecretFile(path, { pairs: pairs.map(stored), secret: kept.secret });
  };
  save();
  const signing = () => {
    const found = pairs.find(({ use }) => use === 'sig');
    if (!found) throw new Error('There is no signing key.');
    return found;
  };
  return {
    signing,
    find: (kid) => pairs.find((pair) => pair.use === 'sig' && pair.kid === kid)?.publicKey ?? null,
    secret: { kid: kept.secret.kid, key: createSecretKey(kept.secret.bytes, 'base64url') },
    published: () => pairs.map(publish),
    rotate: async ({ dropOld = false } = {}) => {
      const made = pairOf(await newPair(realm, 'sig'));
      pairs = [made, ...pairs.filter(({ use }) => use === 'enc' || !dropOld)].slice(0, 8);
      save();
      return made.kid;
    },
  };
}

function load(path: string | undefined): Stored | null {
  if (!path) return null;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Stored;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`The realm's keys in ${path} cannot be read.`, { cause: error });
  }
}

async function newKeys(realm: string): Promise<Stored> {
  const pairs = [await newPair(realm, 'sig'), await newPair(realm, 'enc')];
  return { pairs, secret: { kid: randomUUID(), bytes: randomBytes(64).toString('base64url') } };
}

async function newPair(realm: string, use: StoredPair['use']): Promise<StoredPair> {
  const made = await generate([{ name: 'commonName', value: realm }], { keySize: 2048, algorithm: 'sha256' });
  return { use, pem: made.private, cert: made.cert };
}

function pairOf({ use, pem, cert }: StoredPair): Pair {
  const key = createPrivateKey(pem);
  const publicKey = createPublicKey(key);
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url');
  return { kid, use, key, publicKey, cert: new X509Certificate(cert) };
}

const stored = ({ use, key, cert }: Pair): StoredPair => ({
  use,
  pem: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  cert: cert.toString(),
});

function publish({ kid, use, publicKey, cert }: Pair): PublishedKey {
  const { kty = '', n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const digest = (algorithm: string) => createHash(algorithm).update(cert.raw).digest('base64url');
  const x5 = { x5c: [cert.raw.toString('base64')], x5t: digest('sha1'), 'x5t#S256': digest('sha256') };
  return { kid, kty, alg: use === 'sig' ? 'RS256' : 'RSA-OAEP', use, ...x5, n, e };
}
