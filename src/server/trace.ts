import { randomBytes, randomUUID } from 'node:crypto';

const validRequestId = /^[\w.:@/+=-]{1,128}$/;
const validTraceparent = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})$/;

/** The client's own id where it is a harmless one, else a new one. */
export const requestIdFrom = (header: string | string[] | undefined): string =>
  typeof header === 'string' && validRequestId.test(header) ? header : randomUUID();

/** Goes on with the client's trace, as a span of its own, or begins one (W3C Trace Context). */
export function traceparentFrom(header: string | string[] | undefined): string {
  const parts = typeof header === 'string' ? validTraceparent.exec(header) : null;
  const trace = parts?.[1] ?? randomBytes(16).toString('hex');
  return `00-${trace}-${randomBytes(8).toString('hex')}-${parts?.[2] ?? '01'}`;
}
