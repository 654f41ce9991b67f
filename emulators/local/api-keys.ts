import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { writeSecretFile } from '../kit/secret-file.ts';

/** A key to the gateway's API. */
export type ApiKey = { name: string; scopes: readonly string[]; key: string };

const wanted: readonly Omit<ApiKey, 'key'>[] = [
  { name: 'reader', scopes: ['READ'] },
  { name: 'predictor', scopes: ['READ', 'PREDICT'] },
  { name: 'admin', scopes: ['READ', 'TRAIN', 'PREDICT', 'CHAT', 'DEPLOY', 'KEYS', 'ADMIN'] },
];

/** The keys of this home: made at the first start, the same from then on. */
export function localApiKeys(home: string): readonly ApiKey[] {
  const file = join(home, 'api-keys.json');
  const kept = readKeys(file);
  const keys = wanted.map((each) => ({ ...each, key: kept.get(each.name) ?? makeKey() }));
  writeSecretFile(file, keys);
  return keys;
}

function readKeys(file: string): Map<string, string> {
  try {
    const keys = JSON.parse(readFileSync(file, 'utf8')) as ApiKey[];
    return new Map(keys.map(({ name, key }) => [name, key]));
  } catch {
    return new Map();
  }
}

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** In the form that the gateway takes: 256 random bits, and their CRC-32 in base 62. */
function makeKey(): string {
  const bits = randomBytes(32).toString('base64url');
  let checksum = '';
  for (let rest = crc32(bits), place = 0; place < 6; place++, rest = Math.floor(rest / 62))
    checksum = `${digits[rest % 62]}${checksum}`;
  return `mlg_${bits}_${checksum}`;
}
