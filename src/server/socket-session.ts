import { endOf, type Identity } from '../domain/callers.ts';
import { codeOf, type ErrorCode, MlgraphError, unauthenticated } from '../domain/errors.ts';
import { credentialsIn, isCredential } from './credentials.ts';
import { at } from './operation.ts';
import { keepChecking } from './recheck.ts';
import type { Authenticated, Credentials, Service } from './runtime.ts';

/** Who is behind one WebSocket, and until when. */
export type SocketSession = {
  /** Null until `signIn`, and for nobody. Its members always answer by the newest credential. */
  identity(): Identity | null;
  /** Reads the payload of `connection_init`. @throws MlgraphError for a credential that does not verify. */
  signIn(payload: unknown): Promise<{ expiresAt: string | null } | null>;
  /**
   * Takes a fresh credential of the same caller; what runs goes on with it.
   * @throws MlgraphError for a bad credential or another caller's.
   */
  renew(credentials: Credentials): Promise<{ expiresAt: string | null }>;
  close(): void;
};

/** `onEnd` is called when the newest credential has run out or been revoked, with what to tell. */
export function createSocketSession(service: Service, onEnd: (reason: string) => void): SocketSession {
  let proof: Authenticated | null = null;
  let identity: Identity | null = null;
  let cancel = () => {};
  let closed = false;
  const use = (next: Authenticated) => {
    // Of two renewals on their way at once the later answer may be the older token.
    if (proof && endOf(next.caller) < endOf(proof.caller)) return;
    proof = next;
    cancel();
    if (!closed) cancel = watch(next);
  };
  const watch = ({ caller, token, recheck }: Authenticated) => {
    const { settings } = service;
    const cancelExpiry = at(settings.clock, endOf(caller), () => onEnd('The token has expired'));
    if (!recheck) return cancelExpiry;
    const cancelChecks = keepChecking(recheck, settings, {
      holds: (now) => {
        proof = { caller: now, token, recheck };
      },
      refused: (error) => onEnd(error instanceof MlgraphError ? shortReason(error.message) : ''),
    });
    return () => {
      cancelExpiry();
      cancelChecks();
    };
  };
  const current = () => proof as Authenticated;
  const expiresAt = () => ({ expiresAt: current().caller.expiresAt?.toISOString() ?? null });
  return {
    identity: () => identity,
    async signIn(payload) {
      const credentials = credentialsIn(payload);
      if (!isCredential(credentials)) return null;
      use(await verify(service, credentials));
      identity = {
        get caller() {
          return current().caller;
        },
        assertion: () => current().token,
      };
      return expiresAt();
    },
    async renew(credentials) {
      const next = await verify(service, credentials);
      if (next.caller.key !== proof?.caller.key)
        throw unauthenticated('The credential is not of the caller who opened this connection.');
      use(next);
      return expiresAt();
    },
    close() {
      closed = true;
      cancel();
    },
  };
}

async function verify({ runtime }: Service, credentials: Credentials): Promise<Authenticated> {
  const proof = await runtime.authenticate(credentials);
  if (proof === null) throw unauthenticated('`authorization` must be "Bearer" and a token.');
  return proof;
}

/**
 * How a socket closes on a credential that was not taken: 4403 for a bad one, which stock clients retry with new
 * parameters (on 4401 they give up); 4400 for two at once; 1013 where it could not be checked just now.
 */
export function closeFor(error: unknown): { code: number; reason: string } {
  const code = closeCodes[codeOf(error)];
  return code && error instanceof Error
    ? { code, reason: shortReason(error.message) }
    : { code: 1013, reason: 'The credential could not be checked: try again later' };
}

const closeCodes: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: 4403,
  FORBIDDEN: 4403,
  BAD_USER_INPUT: 4400,
};

/** A close frame has room for 123 bytes of reason. */
export function shortReason(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= 123 ? text : `${bytes.subarray(0, 117).toString('utf8').replace(/�$/, '')}…`;
}
