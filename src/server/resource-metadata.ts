import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from './plain-answers.ts';

/** Whose tokens this API takes, as OAuth 2.0 Protected Resource Metadata (RFC 9728) tells clients. */
export type ProtectedResource = Readonly<{
  /** This server's address as clients know it; null: whatever a request says it is. */
  origin: string | null;
  issuers: readonly Readonly<{
    issuer: string;
    /** What to ask this issuer for. */
    scopes: readonly string[];
    /** The client by which the command line signs people in; null: not told. */
    cliClientId: string | null;
  }>[];
}>;

const wellKnown = '/.well-known/oauth-protected-resource';
/** With the path of the resource behind it (RFC 9728, section 3.1), and for clients that try without. */
export const metadataPaths: readonly string[] = [wellKnown, `${wellKnown}/graphql`];

/** Anybody may read it, from any page: it is for those who have no credential yet. */
export function sendMetadata(
  request: IncomingMessage,
  response: ServerResponse,
  resource: ProtectedResource,
): void {
  response.setHeader('access-control-allow-origin', '*');
  response.setHeader('cache-control', 'no-cache');
  sendJson(response, 200, metadataOf(resource, originOf(request, resource)));
}

/**
 * The challenge of a 401 (RFC 9728, section 5.1): where to read whose tokens are taken. That a token was no good is said
 * to who sent one (RFC 6750, section 3.1).
 */
export function challengeOf(request: IncomingMessage, resource: ProtectedResource): string {
  const challenge = `Bearer resource_metadata="${originOf(request, resource)}${wellKnown}/graphql"`;
  return request.headers.authorization === undefined ? challenge : `${challenge}, error="invalid_token"`;
}

function metadataOf({ issuers }: ProtectedResource, origin: string): object {
  const clients = issuers.flatMap(({ issuer, cliClientId }) => (cliClientId ? [[issuer, cliClientId]] : []));
  return {
    resource: `${origin}/graphql`,
    resource_name: 'mlgraph',
    authorization_servers: issuers.map(({ issuer }) => issuer),
    scopes_supported: [...new Set(issuers.flatMap(({ scopes }) => scopes))],
    bearer_methods_supported: ['header'],
    mlgraph_scopes: Object.fromEntries(issuers.map(({ issuer, scopes }) => [issuer, scopes])),
    ...(clients.length > 0 && { mlgraph_cli_client_ids: Object.fromEntries(clients) }),
  };
}

/** A Host header that is no host is nothing to repeat in a header of our own. */
function originOf({ headers, socket }: IncomingMessage, { origin }: ProtectedResource): string {
  if (origin !== null) return origin;
  const { host = '' } = headers;
  return /^[\w.:[\]-]+$/.test(host) ? `http://${host}` : `http://localhost:${socket.localPort}`;
}
