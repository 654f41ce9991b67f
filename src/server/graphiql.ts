import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { graphiqlPage, type PageSession } from './graphiql-page.ts';
import { isLoopback, isLoopbackAddress } from './origins.ts';
import type { Service } from './runtime.ts';

const sessionSchema = z.object({
  headers: z.record(z.string(), z.string()).default({}),
  tabs: z.array(
    z.object({
      title: z.string().optional(),
      query: z.string(),
      variables: z.union([z.string(), z.record(z.string(), z.unknown())]).optional(),
    }),
  ),
});

/** A browser that opens the address, not a client of the API; GraphiQL keeps its query in the address. */
export const wantsPage = (request: IncomingMessage): boolean =>
  request.method === 'GET' && request.headers.accept?.includes('text/html') === true;

/**
 * Scripts and styles are in the page, so they must be allowed inline (the editor also evaluates and starts its
 * workers from blobs); but nothing is loaded from, or sent to, anywhere else, the token that is filled in least.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data:',
  'font-src data:',
  "connect-src 'self' blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Answers with the GraphiQL page. */
export async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  service: Service,
): Promise<void> {
  const page = await graphiqlPage(await sessionFor(request, service));
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': page.reduce((length, piece) => length + piece.length, 0),
    'content-security-policy': contentSecurityPolicy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  });
  // A browser that leaves before the end has all it wants.
  await pipeline(page, response).catch(() => response.destroy());
}

/**
 * The headers and tabs of the local session, read anew so that a token that was renewed is the one on the page. A name
 * that was made to point at this machine (DNS rebinding) gets the page without them: the token is in it. So does
 * another machine, whatever Host it claims.
 */
async function sessionFor(request: IncomingMessage, service: Service): Promise<PageSession | null> {
  const { graphiqlFile } = service.settings;
  const isLocal = isLoopback(request.headers.host) && isLoopbackAddress(request.socket.remoteAddress);
  if (graphiqlFile === null || !isLocal) return null;
  try {
    return sessionSchema.parse(JSON.parse(await readFile(graphiqlFile, 'utf8')));
  } catch (error) {
    service.runtime.log.warn({ err: error }, 'the GraphiQL session file cannot be read');
    return null;
  }
}
