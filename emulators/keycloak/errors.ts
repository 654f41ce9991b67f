import type { Reply } from '../kit/server.ts';

/** A refusal by one of the realm's endpoints, in OAuth's words. */
export class OAuthError extends Error {
  readonly status: number;
  readonly error: string;

  constructor(status: number, error: string, description?: string) {
    super(description ?? '');
    this.status = status;
    this.error = error;
  }
}

export const invalidRequest = (description: string) => new OAuthError(400, 'invalid_request', description);
export const invalidGrant = (description: string) => new OAuthError(400, 'invalid_grant', description);

/** Of every answer of the token endpoint and of user info (section 3). */
export const noStore = { 'cache-control': 'no-store', pragma: 'no-cache' };

/** `{ error, error_description? }`. */
export function oauthReply({ status, error, message }: OAuthError, headers: Record<string, string>): Reply {
  const described = message === '' ? {} : { error_description: message };
  return { status, headers, body: { error, ...described } };
}

/** What a failure of the server itself looks like. */
export const serverFailure = (status: number): Reply => ({ status, body: { error: 'unknown_error' } });
