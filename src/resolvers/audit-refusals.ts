import { decodeJwt } from 'jose';
import type { Authenticated, Authenticator, Credentials } from '../auth/authenticate.ts';
import type { AuditNote } from '../domain/audit.ts';
import type { Clock } from '../domain/clock.ts';
import { codeOf, type ErrorCode } from '../domain/errors.ts';

/** Tells the trail of every credential that was refused. */
export type Refusals = {
  /** The same, with what it refuses noted. */
  watching(authenticator: Authenticator): Authenticator;
  /** Tells at once what was counted. */
  close(): Promise<void>;
};

/** By what refused credentials are told apart: never by what is secret in them. */
type Sort = Pick<AuditNote, 'actorKind' | 'target' | 'outcome' | 'keyPrefix'>;
type Flood = { sort: Sort; count: number; since: number; over: Promise<void> };

const gatherMs = 250;
const everyMs = 60_000;
const maxSorts = 1_000;

/** What says that the credential is no good; anything else says that it could not be judged. */
const refusals: readonly ErrorCode[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'BAD_USER_INPUT'];

/**
 * The first of a sort is told within a quarter of a second, those that follow once a minute with their number, until a
 * minute brings none. Beyond a thousand sorts at once, which is somebody making them up, all others are one.
 */
export function createRefusals({ clock, record }: { clock: Clock; record(note: AuditNote): void }): Refusals {
  const floods = new Map<string, Flood>();
  const closing = new AbortController();

  function tell(flood: Flood): void {
    const { sort, count, since } = flood;
    flood.count = 0;
    const none = { upstream: null, requestId: null };
    record({
      at: new Date(since),
      actor: 'anonymous',
      action: 'credential.refused',
      ...sort,
      ...none,
      count,
    });
  }

  const pause = (ms: number) => clock.sleep(ms, closing.signal).catch(() => undefined);

  async function follow(key: string, flood: Flood): Promise<void> {
    await pause(gatherMs);
    while (flood.count > 0) {
      tell(flood);
      await pause(everyMs);
    }
    floods.delete(key);
  }

  function note(credentials: Credentials, error: unknown): void {
    const outcome = codeOf(error);
    if (!refusals.includes(outcome)) return;
    const sort = sortOf(credentials, outcome);
    const named = JSON.stringify(Object.values(sort));
    const isOther = !floods.has(named) && floods.size >= maxSorts;
    const key = isOther ? `${sort.actorKind} ${outcome}` : named;
    const flood = floods.get(key);
    const other = { ...sort, target: null, keyPrefix: null };
    if (flood) count(flood);
    else begin(key, isOther ? other : sort);
  }

  function begin(key: string, sort: Sort): void {
    const flood: Flood = { sort, count: 1, since: clock.now(), over: Promise.resolve() };
    floods.set(key, flood);
    flood.over = follow(key, flood);
  }

  function count(flood: Flood): void {
    if (flood.count === 0) flood.since = clock.now();
    flood.count++;
  }

  const noting = async <T>(credentials: Credentials, judged: Promise<T>): Promise<T> => {
    try {
      return await judged;
    } catch (error) {
      note(credentials, error);
      throw error;
    }
  };
  return {
    watching: ({ authenticate }) => ({
      async authenticate(credentials) {
        const proof = await noting(credentials, authenticate(credentials));
        return proof && withRecheck(proof, (judged) => noting(credentials, judged));
      },
    }),
    async close() {
      closing.abort();
      await Promise.all([...floods.values()].map(({ over }) => over));
    },
  };
}

/** A key that is revoked while it holds a stream open is refused as well. */
function withRecheck(proof: Authenticated, noting: <T>(judged: Promise<T>) => Promise<T>): Authenticated {
  const { recheck } = proof;
  return recheck ? { ...proof, recheck: () => noting(recheck()) } : proof;
}

function sortOf({ authorization, apiKey }: Credentials, outcome: string): Sort {
  if (apiKey != null) return { actorKind: 'SERVICE', target: null, outcome, keyPrefix: prefixIn(apiKey) };
  return { actorKind: 'USER', target: issuerIn(authorization ?? ''), outcome, keyPrefix: null };
}

/** As keys are shown to their owners. Of what is not like a key nothing is kept: it may be anything, such as a password. */
const prefixIn = (apiKey: string): string | null => /^(mlg_[\w-]{8})[\w-]{16}/.exec(apiKey)?.[1] ?? null;

const longestToken = 32_768;

/** The issuer that a token states, truly or not, without what an address may hide; null where it states none. */
function issuerIn(authorization: string): string | null {
  if (authorization.length > longestToken) return null;
  try {
    const { iss } = decodeJwt(authorization.replace(/^bearer +/i, '').trim());
    return /^https?:\/\/[\w.:/-]{1,200}$/.exec(String(iss))?.[0] ?? null;
  } catch {
    return null;
  }
}
