import type { ServerResponse } from 'node:http';
import { createStoreTokens } from '../../../src/auth/store-token.ts';
import {
  createSupabaseConnector,
  type SupabaseOptions,
} from '../../../src/datasources/supabase/connector.ts';
import type { CallContext, Caller } from '../../../src/domain/callers.ts';
import { type Clock, systemClock } from '../../../src/domain/clock.ts';
import { type Received, startScripted } from '../scripted-server.ts';

export const keys = {
  anonKey: 'sb_publishable_for_tests',
  serviceRoleKey: 'sb_secret_for_tests',
  jwtSecret: 'a-secret-of-32-characters-or-more!!',
};

export const personNamed = (name: string, role: Caller['role'] = 'MEMBER'): Caller => ({
  kind: 'USER',
  key: `entra:tenant-1:${name.toLowerCase()}`,
  issuerKind: 'entra',
  tenantId: 'tenant-1',
  subject: name.toLowerCase(),
  issuer: 'test',
  name,
  email: `${name.toLowerCase()}@contoso.example`,
  emailVerified: false,
  userName: null,
  roles: [],
  role,
  scopes: [],
  expiresAt: new Date(8.64e15),
  apiKey: null,
});

export const callWith = (signal = new AbortController().signal): CallContext => ({
  signal,
  requestId: 'operation-1',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
});

/** A connector whose people's tokens are truly minted. */
export function connectTo(url: string, options: SupabaseOptions & { clock?: Clock } = {}) {
  const tokens = createStoreTokens(keys, { clock: options.clock ?? systemClock });
  const connector = createSupabaseConnector(
    { ...keys, url, agentHome: 'project-1', tokenFor: tokens.tokenFor },
    options,
  );
  return {
    connector,
    as: (caller: Caller, signal?: AbortSignal) => connector.connect({ caller, call: callWith(signal) }),
    [Symbol.asyncDispose]: () => connector.close(),
  };
}

/** A database that answers by script, and Ada's store of it. */
export async function startScriptedStore(
  script: (request: Received, response: ServerResponse, count: number) => unknown,
  options: SupabaseOptions = {},
) {
  const server = await startScripted(script);
  const connected = connectTo(server.url, { retries: 0, ...options });
  return {
    ...connected,
    server,
    store: connected.as(personNamed('Ada')),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await connected.connector.close();
    },
  };
}
