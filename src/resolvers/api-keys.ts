import type { Context } from '../context.ts';
import { hashOfApiKey, makeApiKeySecret, prefixOfApiKey } from '../domain/api-key-secret.ts';
import { type ApiKey, dayOf, type UsageDay } from '../domain/api-keys.ts';
import type { Caller } from '../domain/callers.ts';
import { badInput, conflict } from '../domain/errors.ts';
import { localId, readId } from '../domain/ids.ts';
import { type Page, type PageArgs, readPage } from '../domain/paging.ts';
import type { StoredUser } from '../domain/users.ts';
import { type ApiKeyWish, assertHas, assertOutlives, readGrace, readWish } from './api-key-input.ts';
import { noSuch, readKey } from './keys.ts';
import { assertScope, userOf } from './viewer.ts';

type Ask = Pick<Context, 'signedIn' | 'caller' | 'people' | 'store' | 'clock' | 'system'>;
type Change = Ask & Pick<Context, 'apiKeys'>;
/** A key with its secret, which is shown this once. */
export type NewSecret = { apiKey: ApiKey; secret: string };

/**
 * An administrator sees all, others those they made; a service those it made and its own, and none of its owner's.
 * Keys of the settings are in no list.
 */
export const listApiKeys = (args: PageArgs, { store, caller }: Ask): Promise<Page<ApiKey>> =>
  store.listApiKeys(readPage(args, caller.key, ['apiKeys']));

/** @throws FORBIDDEN without the scope KEYS, but for the caller's own; NOT_FOUND. */
export async function getApiKey(id: string, field: string, context: Ask): Promise<ApiKey> {
  const [key] = readId(id, { field, concepts: ['ApiKey'], home: '' }).key;
  if (key === context.caller.apiKey?.id) return (await ownKey(context)) as ApiKey;
  await assertScope('KEYS', context);
  return readApiKey(id, field, context);
}

async function readApiKey(id: string, field: string, { store }: Ask): Promise<ApiKey> {
  const found = await store.getApiKey(readKey(id, field, 'ApiKey'));
  if (!found) throw noSuch('ApiKey', field);
  return found;
}

/** The key that the caller presented; null for a person. */
export async function ownKey(context: Ask): Promise<ApiKey | null> {
  const { caller, system } = context;
  const { apiKey } = caller;
  if (!apiKey) return null;
  const stored = isStored(apiKey.id) ? await context.store.getApiKey(apiKey.id) : null;
  return stored ?? ofSettings(caller, apiKey, system.startedAt);
}

const isStored = (key: string) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key);

/** It was given to this process when that began. */
const ofSettings = (
  { scopes, expiresAt }: Caller,
  { id, name, prefix, requestsPerMinute }: NonNullable<Caller['apiKey']>,
  createdAt: Date,
): ApiKey => ({
  id: localId('ApiKey', id),
  key: id,
  owner: null,
  name,
  prefix,
  scopes,
  requestsPerMinute,
  createdAt,
  expiresAt,
  revokedAt: null,
  lastUsedAt: null,
});

/** @throws BAD_USER_INPUT naming the field, FORBIDDEN for more than the caller has. */
export async function createApiKey(input: ApiKeyWish, context: Ask): Promise<NewSecret> {
  const wish = await readWish(input, context);
  const { secret, kept } = newSecret();
  return { apiKey: await context.store.createApiKey({ ...wish, ...kept }), secret };
}

/** A secret, and what is kept of it. */
function newSecret() {
  const secret = makeApiKeySecret();
  return { secret, kept: { hash: hashOfApiKey(secret), prefix: prefixOfApiKey(secret) ?? '' } };
}

/**
 * A new secret; the old one stays good for the grace, the one before it not a moment.
 * @throws NOT_FOUND, FORBIDDEN for a key that has more than the caller or lives longer, CONFLICT for one that is good no more.
 */
export async function rotateApiKey(
  input: { id: string; graceSeconds?: number | null },
  context: Change,
): Promise<NewSecret> {
  const { store, clock, apiKeys } = context;
  const graceSeconds = readGrace(input.graceSeconds ?? defaultGraceSeconds);
  const key = await readApiKey(input.id, 'input.id', context);
  await assertHas(key.scopes, 'input.id', context);
  assertOutlives(key, 'input.id', context);
  const now = clock.now();
  if (key.expiresAt !== null && key.expiresAt.getTime() <= now) throw good('has expired');
  const { secret, kept } = newSecret();
  const graceUntil = new Date(now + graceSeconds * 1_000);
  const apiKey = await store.rotateApiKey(key, { ...kept, graceUntil });
  if (!apiKey) throw good('is revoked');
  apiKeys.forget(key.key);
  return { apiKey, secret };
}

export const defaultGraceSeconds = 86_400;
const good = (not: string) => conflict(`The key ${not}: create another.`, { field: 'input.id' });

/** At once on this process, within seconds on others. One that is revoked already stays as it is. @throws NOT_FOUND */
export async function revokeApiKey(input: { id: string }, context: Change): Promise<{ apiKey: ApiKey }> {
  const { store, clock, apiKeys } = context;
  const key = await readApiKey(input.id, 'input.id', context);
  const revoked = await store.revokeApiKey(key, new Date(clock.now()));
  apiKeys.forget(key.key);
  return { apiKey: revoked ?? (await readApiKey(input.id, 'input.id', context)) };
}

const maxDays = 366;
export const defaultDays = 30;
const dayMs = 86_400_000;

/** Of the last `days` days of UTC, today's among them, oldest first; days without use are left out. */
export function usageOf(
  { key }: ApiKey,
  days: number | null | undefined,
  { store, clock }: Ask,
): Promise<UsageDay[]> {
  const asked = days ?? defaultDays;
  if (!Number.isInteger(asked) || asked < 1 || asked > maxDays)
    throw badInput('days', `days: a whole number from 1 to ${maxDays} was expected.`);
  return store.apiKeyUsage(key, dayOf(clock.now() - (asked - 1) * dayMs));
}

/** Who made it; null where that is a service, the settings, or a person that the caller may not see. */
export async function ownerOf({ owner }: ApiKey, context: Ask): Promise<StoredUser | null> {
  if (owner === null || owner.startsWith('apikey:')) return null;
  return owner === context.caller.key ? userOf(context) : context.store.getUser(owner);
}
