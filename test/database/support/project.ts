import { createHmac } from 'node:crypto';
import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { Keys } from '../../../emulators/supabase/index.ts';

/** The keys of the test project. */
export const keys: Keys = {
  jwtSecret: 'the secret with which the test project signs',
  anonKey: 'sb_publishable_test',
  serviceRoleKey: 'sb_secret_test',
};

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token by HS256 with these claims as they are. */
export function sign(claims: Record<string, unknown>, secret = keys.jwtSecret): string {
  const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** What the gateway states of a person; an e-mail only where the issuer vouches for it. */
export type PersonFacts = { admin?: boolean; email?: string };

/** A person's token as the gateway mints it. */
export function mint(sub: string, { admin = false, email }: PersonFacts = {}): string {
  const now = Math.floor(Date.now() / 1000);
  const claims = { sub, role: 'authenticated', aud: 'authenticated', app_metadata: { admin, email } };
  return sign({ ...claims, iat: now, exp: now + 300 });
}

/** The real client, with a token; without one, with its key alone. */
export function clientOf(url: string, token: string | null = null, key = keys.anonKey): SupabaseClient {
  return createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    db: { retry: false },
    ...(token === null ? {} : { accessToken: async () => token }),
  });
}
