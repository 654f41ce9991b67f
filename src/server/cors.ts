import type { IncomingMessage, ServerResponse } from 'node:http';
import { originAllowed } from './origins.ts';
import type { ServerSettings } from './runtime.ts';

const exposed = 'x-request-id, server-timing, retry-after, ratelimit, ratelimit-policy, www-authenticate';

/**
 * Sets the CORS headers. `Access-Control-Allow-Credentials` is never sent: callers are known by a bearer token or a key
 * that the page itself sets in a header, so there is nothing that a browser would add by itself, and no CSRF token is needed.
 */
export function setCors(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: ServerSettings['corsOrigins'],
): void {
  response.setHeader('vary', 'Origin');
  const { origin } = request.headers;
  if (origin === undefined || !originAllowed(request.headers, allowed)) return;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', exposed);
}

/** Answers a preflight. Any header may be sent by an allowed origin; for others the browser sees no permission. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  if (response.hasHeader('access-control-allow-origin')) {
    response.setHeader('access-control-allow-methods', 'GET, POST');
    response.setHeader('access-control-max-age', '600');
    const asked = request.headers['access-control-request-headers'];
    if (asked) response.setHeader('access-control-allow-headers', asked);
  }
  response.writeHead(204).end();
}
