import { randomUUID } from 'node:crypto';
import type { CallContext, Caller } from '../../domain/callers.ts';
import { systemClock } from '../../domain/clock.ts';
import { createUpstream, type UpstreamOptions, type UpstreamSettings } from '../http.ts';
import { createAgents } from './agents.ts';
import { countUsage, createApiKeys, findApiKey } from './api-keys.ts';
import { appendAudit, createAuditReader } from './audit.ts';
import { type Client, openClient, tell } from './client.ts';
import type { Connection } from './connection.ts';
import { upstream as name } from './errors.ts';
import { createGenieConversations } from './genie-conversations.ts';
import { createGenieQuestions } from './genie-questions.ts';
import { createMessages } from './messages.ts';
import { createPeople } from './people.ts';
import { createServiceRuns } from './service-runs.ts';
import { createSessions } from './sessions.ts';
import type { Store, StoreService } from './store.ts';
import { createStoreFetch } from './transport.ts';

export type SupabaseSettings = {
  /** The project's address, without a path. */
  url: string;
  /** The publishable key: it names the project, and gives no right by itself. */
  anonKey: string;
  /** For the few jobs that have no person. */
  serviceRoleKey: string;
  /** Home of the agents' ids: one Foundry project. */
  agentHome: string;
  /** The token in whose name a person's rows are asked for; called before each request. */
  tokenFor(caller: Caller): Promise<string>;
};

/** One project for the life of the process; `connect` gives it as one person sees it, for one operation. */
export type SupabaseConnector = {
  connect(operation: { caller: Caller; call: CallContext }): Store;
  service: StoreService;
  close(): Promise<void>;
};

export type SupabaseOptions = UpstreamOptions &
  Pick<UpstreamSettings, 'maxInFlight' | 'deadlineMs' | 'retries' | 'breaker'>;

const probeDeadlineMs = 5_000;

/** Nothing is read here: whoever calls first finds out what is wrong with the settings. */
export function createSupabaseConnector(
  settings: SupabaseSettings,
  { dispatcher, clock = systemClock, random, ...limits }: SupabaseOptions = {},
): SupabaseConnector {
  const url = settings.url.replace(/\/+$/, '');
  const baseUrl = `${url}/rest/v1`;
  const upstream = createUpstream({ ...limits, name, baseUrl }, { dispatcher, clock, random });

  const asPerson = (caller: Caller, call: CallContext): Client =>
    openClient({
      url,
      key: settings.anonKey,
      token: () => settings.tokenFor(caller),
      fetch: createStoreFetch({ upstream, baseUrl, call }),
    });
  const asService = (signal: AbortSignal, deadlineMs?: number): Client =>
    openClient({
      url,
      key: settings.serviceRoleKey,
      token: async () => null,
      fetch: createStoreFetch({ upstream, baseUrl, call: ownCall(signal), repeatPosts: true, deadlineMs }),
    });

  const service: StoreService = {
    appendAudit: (events) => appendAudit(asService(new AbortController().signal), events),
    findApiKey: (hash) => findApiKey(asService(new AbortController().signal), hash),
    countUsage: (batch) => countUsage(asService(new AbortController().signal), batch),
    probe: (signal) =>
      tell(asService(signal, probeDeadlineMs).from('people').select('key', { head: true }).limit(1)),
    close: () => upstream.close(),
  };

  return {
    connect({ caller, call }) {
      let client: Client | null = null;
      return compose({
        get client() {
          client ??= asPerson(caller, call);
          return client;
        },
        owner: caller.key,
        agentHome: settings.agentHome,
        clock,
      });
    },
    service,
    close: service.close,
  };
}

const compose = (connection: Connection): Store => ({
  ...createPeople(connection),
  ...createAgents(connection),
  ...createSessions(connection),
  ...createMessages(connection),
  ...createGenieConversations(connection),
  ...createGenieQuestions(connection),
  ...createServiceRuns(connection),
  ...createApiKeys(connection),
  ...createAuditReader(connection),
});

/** Jobs without a person belong to no operation: they are traced on their own. */
const ownCall = (signal: AbortSignal): CallContext => ({ signal, requestId: randomUUID(), traceparent: '' });
