import { OAuthError } from './errors.ts';

/** Of every client. Those of them that tokens do not name only bring claims along. */
const unnamed = ['roles', 'basic', 'web-origins', 'acr'];
const always = ['email', 'profile'];
/** Given when asked for. */
const optional = ['address', 'phone', 'offline_access', 'organization', 'microprofile-jwt'];

export const scopesSupported = ['openid', ...always, ...unnamed, ...optional, 'service_account'];

/** Throws OAuthError `invalid_scope` for what no client has. */
export function checkScope(asked: string | null): void {
  const unknown = words(asked).some((word) => !scopesSupported.includes(word));
  // Asking for no scope is not the same as not asking.
  if (unknown || asked === '') throw new OAuthError(400, 'invalid_scope', `Invalid scopes: ${asked}`);
}

/** What a request for these scopes is granted, as it stands in tokens. Throws as `checkScope`. */
export function grantedScope(asked: string | null): string {
  checkScope(asked);
  const wanted = words(asked);
  const openid = wanted.includes('openid') ? ['openid'] : [];
  return [...openid, ...always, ...optional.filter((scope) => wanted.includes(scope))].join(' ');
}

/** A refresh may ask for less than was granted; what it asks for besides is left out. */
export function narrowed(granted: string, asked: string | null): string {
  if (asked === null) return granted;
  const kept = words(grantedScope(asked)).filter((scope) => hasScope(granted, scope));
  return kept.join(' ');
}

export const hasScope = (scope: string, name: string): boolean => words(scope).includes(name);

/** As a refresh token tells it: with those that tokens for others do not name. */
export const fullScope = (granted: string): string => `${granted} ${unnamed.join(' ')}`;

const words = (scope: string | null): string[] => (scope ?? '').split(' ').filter((word) => word !== '');
