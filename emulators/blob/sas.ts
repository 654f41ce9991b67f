import { createHmac, timingSafeEqual } from 'node:crypto';
import type { BlobAddress } from './storage.ts';

export type Account = { name: string /** Base64. */; key: string };
/** One letter of `sp`: read, add, create, write, delete, list. */
export type Permission = 'r' | 'a' | 'c' | 'w' | 'd' | 'l';
export type SasRefusal = 'signature' | 'expired' | 'notYet' | 'permission' | 'resource' | 'malformed';

const version = '2022-11-02';
/** The fields that are signed after the resource's name, in their order, as of `version`. */
const trailing = ['si', 'sip', 'spr', 'sv', 'sr', 'snapshot', 'ses', 'rscc', 'rscd', 'rsce', 'rscl', 'rsct'];
const firstWithEncryptionScope = '2020-12-06';

export const hmac = (key: string, text: string): string =>
  createHmac('sha256', Buffer.from(key, 'base64')).update(text, 'utf8').digest('base64');

export function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The service SAS's string to sign; its form is that of the storage documentation, "Create a service SAS". */
function stringToSign(query: URLSearchParams, account: Account, resource: string): string {
  const field = (name: string) => query.get(name) ?? '';
  const names =
    field('sv') >= firstWithEncryptionScope ? trailing : trailing.filter((name) => name !== 'ses');
  const head = [field('sp'), field('st'), field('se'), `/blob/${account.name}/${resource}`];
  return [...head, ...names.map(field)].join('\n');
}

/** A SAS for one blob, or for a whole container when `name` is null. `expiresAt` in milliseconds since the epoch. */
export function mintSas(
  account: Account,
  at: { container: string; name: string | null },
  grant: { permissions: string; expiresAt: number },
): string {
  const query = new URLSearchParams({
    sv: version,
    spr: 'https,http',
    se: `${new Date(grant.expiresAt).toISOString().slice(0, 19)}Z`,
    sr: at.name === null ? 'c' : 'b',
    sp: grant.permissions,
  });
  const resource = at.name === null ? at.container : `${at.container}/${at.name}`;
  query.set('sig', hmac(account.key, stringToSign(query, account, resource)));
  return query.toString();
}

/** Checks a service SAS against the account key; null when it allows one of `wanted` on the blob or container. */
export function checkSas(
  query: URLSearchParams,
  account: Account,
  at: BlobAddress,
  need: { anyOf: Permission[]; now: number },
): SasRefusal | null {
  const kind = query.get('sr');
  if ((kind !== 'b' && kind !== 'c') || !query.get('se') || !query.get('sp')) return 'malformed';
  if (kind === 'b' && at.name === '') return 'resource';
  const resource = kind === 'c' ? at.container : `${at.container}/${at.name}`;
  const expected = hmac(account.key, stringToSign(query, account, resource));
  if (!sameText(expected, query.get('sig') ?? '')) return 'signature';
  if (need.now >= Date.parse(query.get('se') ?? '')) return 'expired';
  const start = query.get('st');
  if (start && need.now < Date.parse(start)) return 'notYet';
  return need.anyOf.some((letter) => query.get('sp')?.includes(letter)) ? null : 'permission';
}
