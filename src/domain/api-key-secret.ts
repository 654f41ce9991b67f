import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/*
 * The secret of a key to this API: `mlg_`, 256 random bits as base64url, `_`, and their CRC-32 in base 62. Scanners find
 * it by the pattern below, and know by the checksum that it is one; a slip of the finger is told without a look-up.
 */

/** For secret scanners. Beside it the checksum must be right (`isApiKeySecret`). */
export const apiKeyPattern = /^mlg_([A-Za-z0-9_-]{43})_([0-9A-Za-z]{6})$/;

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const shownLength = 12;

export function makeApiKeySecret(random: (bytes: number) => Buffer = randomBytes): string {
  const bits = random(32).toString('base64url');
  return `mlg_${bits}_${checksumOf(bits)}`;
}

/** Whether it may be a key at all. */
export function isApiKeySecret(text: string): boolean {
  const [, bits, checksum] = apiKeyPattern.exec(text) ?? [];
  return bits !== undefined && checksum === checksumOf(bits);
}

/** What is kept of a secret, in hexadecimal digits: of 256 random bits it needs neither salt nor slowness. */
export const hashOfApiKey = (secret: string): string => hash('sha256', secret, 'hex');

/** By which people tell keys apart: 48 of the random bits, of no use alone. Null for what is no key. */
export const prefixOfApiKey = (secret: string): string | null =>
  isApiKeySecret(secret) ? secret.slice(0, shownLength) : null;

/** Six digits hold 32 bits. */
function checksumOf(bits: string): string {
  let rest = crc32(bits);
  let text = '';
  for (let index = 0; index < 6; index++) {
    text = digits[rest % 62] + text;
    rest = Math.floor(rest / 62);
  }
  return text;
}
