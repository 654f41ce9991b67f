import { SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';

/** In whose name the database is asked. */
export type StorePerson = Pick<Caller, 'key' | 'role' | 'email' | 'emailVerified'>;

/** Tokens by which the database knows a person, and lets them see their own rows alone. Never shown to a client. */
export type StoreTokens = {
  /** One that is good for 30 s at least. */
  tokenFor(person: StorePerson): Promise<string>;
  readonly size: number;
};

const lifetimeMs = 300_000;
const spareMs = 30_000;
const maxTokens = 20_000;

type Minted = { token: Promise<string>; usableUntil: number };

/**
 * Mints them with the project's own secret (HS256), as `authenticated`: `sub` is the person's key, and the app role
 * stands in `app_metadata`, which nobody but the holder of the secret can write; so does the e-mail that the issuer vouches
 * for, by which the database finds the row that waits for them.
 */
export function createStoreTokens(settings: { jwtSecret: string }, { clock }: { clock: Clock }): StoreTokens {
  const secret = new TextEncoder().encode(settings.jwtSecret);
  const minted = new LRUCache<string, Minted>({ max: maxTokens });

  const mint = ({ key, role, ...person }: StorePerson, now: number): Promise<string> => {
    const email = vouchedFor(person);
    const facts = { admin: role === 'ADMIN', ...(email === null ? {} : { email }) };
    return new SignJWT({ role: 'authenticated', app_metadata: facts })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setSubject(key)
      .setAudience('authenticated')
      .setIssuedAt(Math.floor(now / 1000))
      .setExpirationTime(Math.floor((now + lifetimeMs) / 1000))
      .sign(secret);
  };

  return {
    tokenFor(person) {
      // A right that was given or taken counts at once.
      const id = JSON.stringify([person.key, person.role, vouchedFor(person)]);
      const now = clock.now();
      const held = minted.get(id);
      if (held && now < held.usableUntil) return held.token;
      const token = mint(person, now);
      minted.set(id, { token, usableUntil: now + lifetimeMs - spareMs });
      token.catch(() => minted.delete(id));
      return token;
    },
    get size() {
      return minted.size;
    },
  };
}

const vouchedFor = ({ email, emailVerified }: Pick<StorePerson, 'email' | 'emailVerified'>): string | null =>
  emailVerified ? email : null;
