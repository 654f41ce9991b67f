import type { Trace } from '../api/client.ts';
import { isConnectionError, unreachable } from '../api/connection.ts';
import { usage } from '../failure.ts';

/** What a server says of who signs people in for it (RFC 9728). */
export type ResourceMetadata = {
  issuers: readonly string[];
  /** Of the command line, by issuer. */
  clientIds: Readonly<Record<string, string>>;
  /** What to ask each issuer for. */
  scopes: Readonly<Record<string, readonly string[]>>;
};

const deadlineMs = 15_000;

/** Null where the server does not say. @throws Failure where there is no server, or it speaks for another. */
export async function readMetadata(url: string, trace: Trace): Promise<ResourceMetadata | null> {
  const { origin, pathname } = new URL(url);
  const address = `${origin}/.well-known/oauth-protected-resource${pathname === '/' ? '' : pathname}`;
  try {
    const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(deadlineMs) });
    trace(`GET ${address} ${response.status}`);
    const body: unknown = response.ok ? await response.json().catch(() => null) : null;
    return body === null ? null : checked(body as Record<string, unknown>, url);
  } catch (error) {
    throw isConnectionError(error) ? unreachable('the server', url, error) : error;
  }
}

function checked(body: Record<string, unknown>, url: string): ResourceMetadata {
  if (typeof body.resource === 'string' && !sameServer(body.resource, url))
    throw usage(
      `The server at ${url} says that its address is ${body.resource}.`,
      `Use that one: mlgraph config set url ${body.resource}`,
    );
  const issuers = texts(body.authorization_servers);
  const scopes = Object.entries(body.mlgraph_scopes ?? {}).map(([issuer, list]) => [issuer, texts(list)]);
  // Where it does not say which issuer knows which scope, a single one knows them all.
  const ofOne = issuers.length === 1 ? { [issuers[0] as string]: texts(body.scopes_supported) } : {};
  return {
    issuers,
    clientIds: (body.mlgraph_cli_client_ids ?? {}) as Record<string, string>,
    scopes: { ...ofOne, ...Object.fromEntries(scopes) },
  };
}

/** Behind a proxy that ends TLS a server may take its own scheme for http. */
const sameServer = (resource: string, url: string) => URL.parse(resource)?.host === new URL(url).host;

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
