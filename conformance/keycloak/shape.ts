import type { Answer, Target } from './target.ts';

/** Of different makes, or of every token anew: only their type is compared. */
const varying = new Set(
  [
    'iat',
    'exp',
    'auth_time',
    'sid',
    'session_state',
    'at_hash',
    'kid',
    'createdTimestamp',
    'public_key',
    'id',
  ].concat(['device_code', 'user_code', 'containerId']),
);
/** What only the server itself reads, in its refresh tokens. */
const internal = new Set(['aud_x', 'prov', 'reuse_id']);
const shownHeaders = ['content-type', 'www-authenticate', 'pragma'];

/** An answer without what differs from one server or moment to the next, so that two can be compared. */
export function shapeOf(target: Target, { status, headers, json }: Answer): unknown {
  const shown = shownHeaders.map((name) => [name, headers.get(name)?.split(/; *charset/i)[0]]);
  return {
    status,
    ...Object.fromEntries(shown.filter(([, value]) => value !== undefined)),
    noStore: headers.get('cache-control')?.includes('no-store') ?? false,
    // An answer without a body may name a type all the same.
    ...(json === undefined ? { 'content-type': undefined } : {}),
    body: shape(json, target),
  };
}

export function shape(value: unknown, target: Target, name = ''): unknown {
  if (varying.has(name)) return typeof value;
  if (name === 'jti') return String(value).replace(/[0-9a-f]{8}-[0-9a-f-]{27}$/, 'UUID');
  // A set: the order is that of the moment.
  if (name === 'scope' && typeof value === 'string') return value.split(' ').toSorted();
  // A second may have passed between the token and the answer.
  if (name.endsWith('expires_in')) return Math.ceil(Number(value) / 10) * 10;
  if (Array.isArray(value)) return value.map((one) => shape(one, target)).toSorted(byText);
  if (typeof value === 'string') return text(value, target);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key]) => !internal.has(key))
    .map(([key, one]) => [key, shape(one, target, key)] as const);
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

function text(value: string, target: Target): unknown {
  if (/^eyJ[\w-]+\.eyJ[\w-]+\.[\w-]+$/.test(value)) return decoded(value, target);
  return value.replaceAll(target.origin, 'ORIGIN').replace(/[A-Z]{4}-[A-Z]{4}$/, 'CODE');
}

function decoded(token: string, target: Target): unknown {
  const parts = token.split('.').slice(0, 2);
  const [header, claims] = parts.map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  return { header: shape(header, target), claims: shape(claims, target) };
}

const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
