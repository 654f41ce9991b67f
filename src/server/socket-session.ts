import { type Caller, endOf, type Identity } from '../domain/callers.ts';
import { MlgraphError, unauthenticated } from '../domain/errors.ts';
import { at } from './operation.ts';
import type { Service } from './runtime.ts';

/** Who is behind one WebSocket, and until when. */
export type SocketSession = {
  /** Null until `signIn`, and for nobody. Its members always answer by the newest token. */
  identity(): Identity | null;
  /** Reads the payload of `connection_init`. @throws MlgraphError for a credential that does not verify. */
  signIn(payload: unknown): Promise<{ expiresAt: string | null } | null>;
  /**
   * Takes a fresh token of the same person; what runs goes on with it.
   * @throws MlgraphError for a bad token or another person's.
   */
  renew(authorization: unknown): Promise<{ expiresAt: string | null }>;
  close(): void;
};

type Proof = { caller: Caller; token: string };

/** `onExpired` is called when the newest token has run out. */
export function createSocketSession(service: Service, onExpired: () => void): SocketSession {
  let proof: Proof | null = null;
  let identity: Identity | null = null;
  let cancelExpiry = () => {};
  let closed = false;
  const use = (next: Proof) => {
    // Of two renewals on their way at once the later answer may be the older token.
    if (proof && endOf(next.caller) < endOf(proof.caller)) return;
    proof = next;
    cancelExpiry();
    if (!closed) cancelExpiry = at(service.settings.clock, endOf(next.caller), onExpired);
  };
  const expiresAt = () => ({ expiresAt: (proof as Proof).caller.expiresAt?.toISOString() ?? null });
  return {
    identity: () => identity,
    async signIn(payload) {
      const authorization = (payload as { authorization?: unknown } | null | undefined)?.authorization;
      if (authorization === undefined || authorization === null) return null;
      use(await verify(service, authorization));
      identity = {
        get caller() {
          return (proof as Proof).caller;
        },
        assertion: () => (proof as Proof).token,
      };
      return expiresAt();
    },
    async renew(authorization) {
      const next = await verify(service, authorization);
      if (next.caller.key !== proof?.caller.key)
        throw unauthenticated('The token is not of the person who opened this connection.');
      use(next);
      return expiresAt();
    },
    close() {
      closed = true;
      cancelExpiry();
    },
  };
}

async function verify({ runtime }: Service, authorization: unknown): Promise<Proof> {
  const proof = typeof authorization === 'string' ? await runtime.authenticate(authorization) : null;
  if (proof === null) throw unauthenticated('`authorization` must be "Bearer" and a token.');
  return proof;
}

/**
 * How a socket closes on a credential that was not taken: 4403 for a bad one, which stock clients retry with new
 * parameters (on 4401 they give up); 1013 where it could not be checked just now.
 */
export function closeFor(error: unknown): { code: number; reason: string } {
  const refused =
    error instanceof MlgraphError && (error.code === 'UNAUTHENTICATED' || error.code === 'FORBIDDEN');
  return refused
    ? { code: 4403, reason: shortReason(error.message) }
    : { code: 1013, reason: 'The credential could not be checked: try again later' };
}

/** A close frame has room for 123 bytes of reason. */
export function shortReason(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= 123 ? text : `${bytes.subarray(0, 117).toString('utf8').replace(/�$/, '')}…`;
}
