import type { IncomingHttpHeaders } from 'node:http';
import type { ServerSettings } from './runtime.ts';

/** Whether a host (`name`, `name:port`) is this machine's own, by its name. */
export function isLoopback(host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname } = new URL(`http://${host}`);
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d{1,3}){3}$/.test(hostname)
  );
}

/** Whether a connection comes from this machine, by the address of its other end. */
export const isLoopbackAddress = (address: string | undefined): boolean =>
  address === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(address ?? '');

/**
 * Whether a browser page may talk to this server, over HTTP and WebSocket alike: pages of the server's own origin,
 * those of the list, and clients that are not pages (no Origin). It protects what a page could learn or use up, not
 * the callers' data: no cookie is read anywhere, a credential is always a header that a foreign page does not have.
 */
export function originAllowed(headers: IncomingHttpHeaders, allowed: ServerSettings['corsOrigins']): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.host === host) return true;
  return allowed === 'loopback' ? isLoopback(url.host) : allowed.includes(origin);
}
