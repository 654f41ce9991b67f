import { exitCodes } from '../exit-codes.ts';
import { Failure } from '../failure.ts';

const reasons: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'names cannot be looked up; is there a network?',
  ENETUNREACH: 'there is no network',
  EHOSTUNREACH: 'there is no way to this host',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ETIMEDOUT: 'it does not answer',
  UND_ERR_CONNECT_TIMEOUT: 'it does not answer',
  UND_ERR_HEADERS_TIMEOUT: 'it does not answer',
  UND_ERR_BODY_TIMEOUT: 'it does not answer',
  OAUTH_TIMEOUT: 'it does not answer in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names a file of more)',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is not trusted (NODE_EXTRA_CA_CERTS names a file of more)',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is not trusted (NODE_EXTRA_CA_CERTS names a file of more)',
  CERT_HAS_EXPIRED: 'its certificate has expired',
};

/** `what`: whom the connection was to, such as "the server". */
export function unreachable(what: string, address: string, error: unknown): Failure {
  const { origin } = new URL(address);
  const message = `Cannot reach ${what} at ${origin}: ${reasonOf(error)}.`;
  return new Failure(exitCodes.unreachable, message, { next: 'Check the address and the network.' }, error);
}

/** Whether a request failed before it was answered, rather than being refused. */
export const isConnectionError = (error: unknown): boolean =>
  codesOf(error).some((code) => code in reasons) ||
  (error instanceof TypeError && error.message === 'fetch failed') ||
  (error instanceof TypeError && error.message === 'terminated') ||
  (error instanceof DOMException && error.name === 'TimeoutError');

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'it does not answer in time';
  const codes = codesOf(error);
  return codes.map((code) => reasons[code]).find(Boolean) ?? codes[0] ?? 'the connection failed';
}

/** Of the error and all its causes, from the outside in. */
function codesOf(error: unknown): string[] {
  const found: string[] = [];
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') found.push(current.code);
    // One for each address that a name has.
    if (current instanceof AggregateError) found.push(...current.errors.flatMap(codesOf));
  }
  return found;
}
