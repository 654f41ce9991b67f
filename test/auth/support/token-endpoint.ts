import { hash } from 'node:crypto';
import type { Credential } from '../../../src/auth/credential.ts';
import { createTokenExchange, type TokenExchange } from '../../../src/auth/token-exchange.ts';
import type { Identity } from '../../../src/domain/callers.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { type Answer, type HttpServer, type Received, startHttpServer } from './http-server.ts';
import { clientId, tenantId } from './issuer.ts';

export const arm = 'https://management.azure.com/.default';
export const ml = 'https://ml.azure.com/.default';

export type Exchanging = AsyncDisposable & {
  clock: FakeClock;
  server: HttpServer;
  exchange: TokenExchange;
  /** What the endpoint answers next, to whom it applies; null: a token. */
  answerWith(rule: ((received: Received) => Answer | null | Promise<Answer | null>) | null): void;
  /** The token of a person, for a scope. */
  tokenFor(person: Identity, scope?: string, claims?: string): Promise<string>;
  posts(): number;
};

/** A person with a token that holds for an hour, unless told. */
export function identityOf(
  clock: FakeClock,
  name: string,
  o: { tenant?: string; ms?: number } = {},
): Identity {
  const expiresAt = new Date(clock.now() + (o.ms ?? 3_600_000));
  const tenant = o.tenant ?? tenantId;
  return {
    caller: {
      kind: 'USER',
      key: `entra:${tenant}:${name}`,
      issuerKind: 'entra',
      tenantId: tenant,
      subject: name,
      issuer: 'issuer',
      name,
      email: null,
      emailVerified: false,
      userName: null,
      roles: [],
      role: 'MEMBER',
      scopes: ['READ'],
      expiresAt,
      apiKey: null,
    },
    assertion: () => `assertion-of-${name}`,
  };
}

let granted = 0;
/** Tells for whom it is, and never the same twice. */
export const grant = ({ form, path }: Received, lifetimeSeconds = 4_000): Answer => ({
  status: 200,
  body: {
    token_type: 'Bearer',
    scope: form.get('scope'),
    expires_in: lifetimeSeconds,
    ext_expires_in: lifetimeSeconds,
    access_token: [form.get('assertion') ?? 'application', path.split('/')[1], ++granted].join(' '),
    ...(form.get('client_info') && {
      client_info: Buffer.from(
        JSON.stringify({ uid: hash('sha256', form.get('assertion') ?? ''), utid: tenantId }),
      ).toString('base64url'),
    }),
  },
});

/** An error body as Entra writes it. */
export const refuse = (
  error: string,
  code: number,
  more: { status?: number; headers?: Record<string, string>; suberror?: string; claims?: string } = {},
): Answer => ({
  status: more.status ?? 400,
  headers: more.headers,
  body: {
    error,
    suberror: more.suberror,
    error_description: `AADSTS${code}: hint about the tenant 10.0.0.1. Trace ID: trace-1`,
    error_codes: [code],
    timestamp: '2026-05-04 08:15:30Z',
    trace_id: 'trace-1',
    correlation_id: 'correlation-1',
    claims: more.claims,
  },
});

const neverAborted = new AbortController().signal;

/** A token endpoint over real HTTP, and an exchange that asks it. */
export async function startExchanging(
  credential: Credential = { kind: 'secret', secret: 'the secret' },
): Promise<Exchanging> {
  const clock = createFakeClock();
  let rule: ((received: Received) => Answer | null | Promise<Answer | null>) | null = null;
  const server = await startHttpServer(async (received) => (await rule?.(received)) ?? grant(received));
  const exchange = createTokenExchange(
    { tenantId, clientId, credential, authorityHost: server.url },
    { clock },
  );
  return {
    clock,
    server,
    exchange,
    answerWith: (wanted) => {
      rule = wanted;
    },
    tokenFor: (person, scope = arm, claims) =>
      exchange.onBehalfOf(person, scope, { signal: neverAborted, claims }),
    posts: () => server.received.length,
    [Symbol.asyncDispose]: async () => {
      await exchange.close();
      await server.stop();
    },
  };
}
