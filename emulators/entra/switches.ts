import { OAuthError, serviceFailure } from './errors.ts';
import type { Claims } from './jwt.ts';
import type { Person } from './people.ts';

const kinds = [
  'interaction_required',
  'consent_required',
  'blocked',
  'throttled',
  'unavailable',
  'html',
  'revoked',
] as const;

/** Something that happens to one person's tokens until it is switched off or used up. */
export type PersonSwitch = {
  person: string;
  /**
   * `interaction_required`: the exchange asks for MFA with claims, until the assertion's `amr` holds `mfa`.
   * `revoked`: resources refuse the person's tokens with a claims challenge, but for those whose exchange carried it.
   */
  kind: (typeof kinds)[number];
  /** How many exchanges it meets; without it, all. Not for `revoked`. */
  times?: number;
  /** Seconds, of `throttled` and `unavailable`. */
  retryAfter?: number;
};

type On = PersonSwitch & { oid: string; left: number; since: number };

export type Switches = {
  /** Throws TypeError for one that makes no sense. */
  on(input: unknown): void;
  off(): void;
  /** Throws what an exchange for this person is to fail with. */
  beforeExchange(assertion: Claims): void;
  /** The claims challenge (JSON) that a token of this person has not met; null if there is none. */
  challenge(token: Claims): string | null;
};

/** `now` gives seconds. */
export function createSwitches(now: () => number, personNamed: (name: string) => Person): Switches {
  let active: On[] = [];
  const use = (found: On) => {
    found.left -= 1;
    if (found.left <= 0) active = active.filter((entry) => entry !== found);
  };
  return {
    on: (input) => {
      const wanted = parseSwitch(input);
      const { oid } = personNamed(wanted.person);
      active.push({ ...wanted, oid, left: wanted.times ?? Number.POSITIVE_INFINITY, since: now() });
    },
    off: () => {
      active = [];
    },
    beforeExchange: (assertion) => {
      const found = active.find((entry) => entry.oid === assertion.oid && meets(entry, assertion));
      if (!found) return;
      use(found);
      throw failureOf(found);
    },
    challenge: (token) => {
      const revoked = active.findLast((entry) => entry.oid === token.oid && entry.kind === 'revoked');
      if (!revoked || Number(token.challenge_nbf ?? 0) >= revoked.since) return null;
      return JSON.stringify({ access_token: { nbf: { essential: true, value: String(revoked.since) } } });
    },
  };
}

/** What a challenge's `claims` ask for, so that the token can say that it was issued for it. */
export function challengeOf(claims: string | undefined): { nbf: number | null; capabilities: string[] } {
  const asked = claims === undefined ? {} : JSON.parse(claims);
  const accessToken = asked?.access_token ?? {};
  const nbf = Number(accessToken.nbf?.value);
  return { nbf: Number.isFinite(nbf) ? nbf : null, capabilities: accessToken.xms_cc?.values ?? [] };
}

function meets(entry: On, assertion: Claims): boolean {
  if (entry.kind === 'revoked') return false;
  const strong = Array.isArray(assertion.amr) && assertion.amr.includes('mfa');
  return !(entry.kind === 'interaction_required' && strong);
}

/** An answer that is not the token endpoint's at all: a gateway before it failed. */
export class HtmlAnswer extends Error {}

function failureOf({ kind, retryAfter }: On): Error {
  if (kind === 'html') return new HtmlAnswer('502');
  if (kind === 'throttled') return new OAuthError(serviceFailure(429, retryAfter ?? 1));
  if (kind === 'unavailable') return new OAuthError(serviceFailure(503, retryAfter));
  if (kind === 'consent_required') return new OAuthError(consent);
  return new OAuthError(kind === 'blocked' ? blocked : mfa);
}

const mfa = {
  status: 400,
  error: 'interaction_required',
  suberror: 'basic_action',
  code: 50079,
  message:
    'Due to a configuration change made by your administrator, or because you moved to a new location, you must enroll in multi-factor authentication to access the resource.',
  claims: '{"access_token":{"polids":{"essential":true,"values":["2b7f3c11-6a0e-4f0c-9d55-3e1f7a1c8e42"]}}}',
};
const consent = {
  status: 400,
  error: 'invalid_grant',
  suberror: 'consent_required',
  code: 65001,
  message:
    'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
};
const blocked = {
  status: 400,
  error: 'access_denied',
  suberror: 'message_only',
  code: 53003,
  message: 'Access has been blocked by Conditional Access policies.',
};

function parseSwitch(input: unknown): PersonSwitch {
  if (typeof input !== 'object' || input === null) throw new TypeError('A switch is an object.');
  const { person, kind, times, retryAfter } = input as Record<string, unknown>;
  if (typeof person !== 'string') throw new TypeError('person is a name.');
  if (!kinds.some((known) => known === kind)) throw new TypeError(`kind is one of ${kinds.join(', ')}.`);
  for (const number of [times, retryAfter])
    if (number !== undefined && typeof number !== 'number')
      throw new TypeError('times and retryAfter are numbers.');
  return input as PersonSwitch;
}
