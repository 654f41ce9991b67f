import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { writeSecretFile } from '../kit/secret-file.ts';

type StoredKey = { pem: string; issuer: string | null; retired: boolean };
type SigningKey = {
  kid: string;
  key: KeyObject;
  publicKey: KeyObject;
  issuer: string | null;
  retired: boolean;
};

/** A key as the issuer publishes it: no `alg`, and no `x5c`, since there is no certificate. */
export type PublishedKey = {
  kty: string;
  use: 'sig';
  kid: string;
  x5t: string;
  n: string;
  e: string;
  issuer: string;
};

/**
 * The issuer's signing keys. With a path they outlive the process in a file that only its owner reads, so that
 * tokens stay valid over a restart.
 */
export type SigningKeys = {
  /** The key that signs. */
  current(): { kid: string; key: KeyObject };
  /** The public half of a published key. */
  find(kid: unknown): KeyObject | null;
  /** Makes a new key the current one; `dropOld` takes the others out of the published set. Gives the new kid. */
  rotate(options?: { dropOld?: boolean; issuer?: string }): string;
  /** `template`: the issuer of keys that are not bound to one tenant. */
  published(template: string): PublishedKey[];
};

export function createSigningKeys(path: string | undefined): SigningKeys {
  let keys = load(path);
  const active = () => keys.filter((key) => !key.retired);
  const rotate: SigningKeys['rotate'] = (options = {}) => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const made = signingKey({ pem: pemOf(privateKey), issuer: options.issuer ?? null, retired: false });
    keys = [made, ...keys.map((key) => ({ ...key, retired: key.retired || options.dropOld === true }))].slice(
      0,
      8,
    );
    if (path) writeSecretFile(path, { keys: keys.map(stored) });
    return made.kid;
  };
  if (active().length === 0) rotate();
  const current = () => {
    const [first] = active();
    if (!first) throw new Error('There is no signing key.');
    return first;
  };
  return {
    current,
    find: (kid) => active().find((key) => key.kid === kid)?.publicKey ?? null,
    rotate,
    published: (template) => active().map((key) => publish(key, template)),
  };
}

function load(path: string | undefined): SigningKey[] {
  if (!path) return [];
  try {
    return (JSON.parse(readFileSync(path, 'utf8')) as { keys: StoredKey[] }).keys.map(signingKey);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new Error(`The signing keys in ${path} cannot be read.`, { cause: error });
  }
}

const pemOf = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();
const stored = ({ key, issuer, retired }: SigningKey): StoredKey => ({ pem: pemOf(key), issuer, retired });

function signingKey({ pem, issuer, retired }: StoredKey): SigningKey {
  const key = createPrivateKey(pem);
  const publicKey = createPublicKey(key);
  const { n } = publicKey.export({ format: 'jwk' });
  const kid = createHash('sha1').update(String(n)).digest('base64url');
  return { kid, key, publicKey, issuer, retired };
}

function publish({ kid, publicKey, issuer }: SigningKey, template: string): PublishedKey {
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  return { kty: 'RSA', use: 'sig', kid, x5t: kid, n, e, issuer: issuer ?? template };
}
