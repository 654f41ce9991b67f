import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggedCall } from '../../../emulators/kit/call-log.ts';
import type { Fault } from '../../../emulators/kit/faults.ts';
import { startSupabase } from '../../../emulators/supabase/index.ts';
import type { Caller } from '../../../src/domain/callers.ts';
import { connectTo, keys, personNamed } from './supabase.ts';

/** The emulated project, with its real database, and people nobody else has used. */
export async function startEmulatedStore() {
  const home = await mkdtemp(join(tmpdir(), 'mlgraph-store-'));
  const project = await startSupabase({ home, ...keys });
  // Answered as soon as the database is open, which takes longer than a call may.
  await fetch(`${project.url}/rest/v1/people`, { headers: { apikey: keys.anonKey } });
  const connected = connectTo(project.url, { retries: 0, deadlineMs: 10_000 });
  let count = 0;
  const control = async (route: string, method: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    return fetch(`${project.url}/_control/${route}`, init);
  };
  const person = (role?: Caller['role']) => personNamed(`Person${++count}`, role);
  const somebody = () => {
    const caller = person();
    return { caller, store: connected.as(caller) };
  };
  return {
    ...connected,
    url: project.url,
    /** Somebody new. */
    person,
    somebody,
    async somebodyWithSession() {
      const { caller, store } = somebody();
      const session = await store.createSession({
        title: '',
        agentName: 'storyteller',
        conversationId: 'conv_1',
      });
      return { caller, store, session };
    },
    fault: (fault: Fault) => control('faults', 'POST', fault),
    heal: () => control('faults', 'DELETE'),
    forgetCalls: () => control('calls', 'DELETE'),
    async calls(): Promise<LoggedCall[]> {
      return ((await (await control('calls', 'GET')).json()) as { calls: LoggedCall[] }).calls;
    },
    async [Symbol.asyncDispose]() {
      await connected.connector.close();
      await project.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
export type EmulatedStore = Awaited<ReturnType<typeof startEmulatedStore>>;
