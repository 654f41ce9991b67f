import { createClient } from '@supabase/supabase-js';
import type { z } from 'zod';
import { unreadable } from './errors.ts';

export type Client = ReturnType<typeof openClient>;

/**
 * The official client, for its query builder alone: no session, no timers, no retries of its own, no realtime.
 * `token` is asked before each request; null sends the key itself.
 */
export const openClient = (o: {
  url: string;
  key: string;
  token: () => Promise<string | null>;
  fetch: typeof fetch;
}) =>
  createClient(o.url, o.key, {
    accessToken: o.token,
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    db: { retry: false },
    global: { fetch: o.fetch },
  });

/** A request as the builder made it, not sent yet. */
type Prepared = { throwOnError(): PromiseLike<{ data: unknown }> };

/** Sends it; its answer is read by `schema`. @throws MlgraphError */
export async function ask<T>(request: Prepared, schema: z.ZodType<T>): Promise<T> {
  const { data } = await request.throwOnError();
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`);
  throw unreadable(`not of the expected shape: ${faults.slice(0, 5).join(', ')}`);
}

/** Sends one whose answer is nothing. @throws MlgraphError */
export async function tell(request: Prepared): Promise<void> {
  await request.throwOnError();
}
