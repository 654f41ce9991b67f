import { randomBytes } from 'node:crypto';

/** The tokens that the workspace itself has issued to the application. */
export type OAuthTokens = {
  /** Null where the credentials are wrong. */
  issue(clientId: string, secret: string): { access_token: string; expires_in: number } | null;
  knows(token: string): boolean;
};

const lifetime = 3600;
const most = 1000;

/** Without a secret nobody gets one. */
export function createOAuthTokens(
  credentials: { clientId: string; secret: string | undefined },
  now: () => number,
): OAuthTokens {
  const expiries = new Map<string, number>();
  return {
    issue: (clientId, secret) => {
      if (!credentials.secret || clientId !== credentials.clientId || secret !== credentials.secret)
        return null;
      const token = randomBytes(32).toString('base64url');
      expiries.set(token, now() + lifetime * 1000);
      for (const oldest of expiries.keys()) if (expiries.size > most) expiries.delete(oldest);
      return { access_token: token, expires_in: lifetime };
    },
    knows: (token) => (expiries.get(token) ?? 0) > now(),
  };
}
