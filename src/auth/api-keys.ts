import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { hashOfApiKey, isApiKeySecret } from '../domain/api-key-secret.ts';
import type { FoundApiKey } from '../domain/api-keys.ts';
import { type Caller, endOf } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import type { ConfiguredKey } from '../domain/configured-keys.ts';
import { MlgraphError, unauthenticated } from '../domain/errors.ts';
import type { KeySource } from './configured-keys.ts';

/** Verifies keys to this API. */
export type ApiKeyVerifier = {
  /**
   * The service that presents this key.
   * @throws UNAUTHENTICATED for one that is malformed, unknown, revoked or expired; RATE_LIMITED while very many that
   * were never seen are looked up; what the look-up throws.
   */
  verify(secret: string): Promise<Caller>;
  /** What is remembered of a key, and of those that keys made, is forgotten: it was changed or revoked. */
  forget(id: string): void;
};

/** The key whose secret has this hash (`hashOfApiKey`), be it revoked or expired; null: none. */
export type FindApiKey = (hash: string) => Promise<FoundApiKey | null>;

export type ApiKeyParts = {
  clock: Clock;
  /** Null where nothing is stored. */
  find: FindApiKey | null;
  /** Keys of the settings; null: none. */
  configured: KeySource | null;
};

/**
 * For how long an answer stands. With a second until a stream looks again, and one until a file is looked at again, what
 * is revoked elsewhere ends within five seconds.
 */
const rememberedMs = 2_500;
const max = 10_000;
/**
 * Keys that were never good here are looked up so many at a time: anybody can make keys up, and must not keep those of
 * others waiting.
 */
const maxStrangers = 200;

type Key = Omit<FoundApiKey, 'root'>;
/** `isMade`: by another key, with which it ends. */
type Known = { caller: Caller; isMade: boolean };
type Verdict = Known | { refusal: string };

export function createApiKeyVerifier({ clock, find, configured }: ApiKeyParts): ApiKeyVerifier {
  const options = { max, ttl: rememberedMs, ttlResolution: 0, perf: { now: clock.now } };
  const good = new LRUCache<string, Known>(options);
  /** Those that were good at some time. */
  const familiar = new LRUCache<string, true>({ max });
  /** Apart from the good ones: who makes keys up must not drive those out. */
  const bad = new LRUCache<string, string>(options);
  const underWay = new Map<string, Promise<Verdict>>();
  let forgotten = 0;
  let strangers = 0;

  async function lookUp(hash: string): Promise<Key | null> {
    const inSettings = (await configured?.()) ?? [];
    const own = configuredAs(hash, inSettings);
    if (own) return own;
    const found = find && (familiar.has(hash) ? await find(hash) : await findStranger(hash, find));
    return found && !isRooted(found, inSettings) ? { ...found, revokedAt: new Date(clock.now()) } : found;
  }

  async function findStranger(hash: string, ask: FindApiKey): Promise<FoundApiKey | null> {
    if (strangers >= maxStrangers) throw crowded();
    strangers++;
    try {
      return await ask(hash);
    } finally {
      strangers--;
    }
  }

  async function judge(hash: string): Promise<Verdict> {
    const before = forgotten;
    const startedAt = clock.now();
    const key = await lookUp(hash);
    const verdict = verdictOn(key, clock.now());
    // As old as the question, since the answer may have been true only then.
    if ('refusal' in verdict) bad.set(hash, verdict.refusal, { start: startedAt });
    else {
      familiar.set(hash, true);
      if (before === forgotten) good.set(hash, verdict, { start: startedAt });
    }
    return verdict;
  }

  function judgeOnce(hash: string): Promise<Verdict> {
    const known = underWay.get(hash);
    if (known) return known;
    const judging = judge(hash).finally(() => underWay.delete(hash));
    underWay.set(hash, judging);
    return judging;
  }

  function remembered(hash: string): Verdict | null {
    const known = good.get(hash);
    if (known) return endOf(known.caller) > clock.now() ? known : { refusal: expired };
    const refusal = bad.get(hash);
    return refusal === undefined ? null : { refusal };
  }

  return {
    async verify(secret) {
      if (!isApiKeySecret(secret)) throw unauthenticated(malformed);
      const hash = hashOfApiKey(secret);
      const verdict = remembered(hash) ?? (await judgeOnce(hash));
      if ('refusal' in verdict) throw unauthenticated(verdict.refusal);
      return verdict.caller;
    },
    forget(id) {
      forgotten++;
      underWay.clear();
      for (const [hash, { caller, isMade }] of good.entries())
        if (isMade || caller.apiKey?.id === id) good.delete(hash);
    },
  };
}

const crowded = () =>
  new MlgraphError('RATE_LIMITED', 'Too many API keys are being looked up.', { retryAfterSeconds: 1 });
const malformed = 'The API key is none: check that all of it was copied.';
const unknown = 'The API key is not known here.';
const revoked = 'The API key has been revoked.';
const expired = 'The API key has expired.';

function verdictOn(key: Key | null, now: number): Verdict {
  if (!key) return { refusal: unknown };
  if (key.revokedAt) return { refusal: revoked };
  if (endOf(key) <= now) return { refusal: expired };
  return { caller: callerOf(key), isMade: key.owner.startsWith(byKey) };
}

const byKey = 'apikey:';

/** A key of the settings takes what it made along when it is taken out of them. */
const isRooted = ({ root }: FoundApiKey, inSettings: readonly ConfiguredKey[]): boolean =>
  !root.startsWith(byKey) || inSettings.some(({ name }) => root === `${byKey}${name}`);

/** Every one of them is compared, and each in the same time, whatever it has in common with what was presented. */
function configuredAs(hash: string, keys: readonly ConfiguredKey[]): Key | null {
  const presented = Buffer.from(hash, 'hex');
  const [found] = keys.filter((key) => timingSafeEqual(Buffer.from(key.hash, 'hex'), presented));
  if (!found) return null;
  const { name, prefix, scopes } = found;
  const unbound = { requestsPerMinute: null, expiresAt: null, revokedAt: null };
  return { id: name, owner: 'settings', name, prefix, scopes, ...unbound };
}

function callerOf({ id, name, prefix, scopes, requestsPerMinute, expiresAt }: Key): Caller {
  return {
    kind: 'SERVICE',
    key: `apikey:${id}`,
    issuerKind: 'apiKey',
    tenantId: null,
    subject: id,
    issuer: 'mlgraph',
    name,
    email: null,
    emailVerified: false,
    userName: null,
    roles: [],
    role: scopes.includes('ADMIN') ? 'ADMIN' : 'MEMBER',
    scopes,
    expiresAt,
    apiKey: { id, prefix, name, requestsPerMinute },
  };
}
