import type { AuditNote } from '../domain/audit.ts';
import type { CallContext, Identity, TokenFor } from '../domain/callers.ts';
import type { Clock } from '../domain/clock.ts';
import { codeOf } from '../domain/errors.ts';
import type { Provider } from '../domain/providers.ts';

/** Where a person's tokens are asked for, and by what. */
export type Use = { identity: Identity; call: Pick<CallContext, 'requestId'>; upstream: Provider };

/** Tells the trail that a person's identity was used upstream. */
export type UsesOfIdentity = {
  /** The same tokens; that they were asked for is told once for each identity, upstream and outcome. */
  noting(tokens: TokenFor, use: Use): TokenFor;
};

/**
 * Every operation has an identity object of its own, which whatever it sets going (a watch, a reply) carries along: so
 * each of them is told of once, however many calls it makes.
 */
export function createUses({
  clock,
  record,
}: {
  clock: Clock;
  record(note: AuditNote): void;
}): UsesOfIdentity {
  const told = new WeakMap<Identity, Set<string>>();

  function tell({ identity, call, upstream }: Use, outcome: string): void {
    const those = told.get(identity) ?? new Set();
    told.set(identity, those);
    const use = `${upstream} ${outcome}`;
    if (those.has(use)) return;
    those.add(use);
    const { key: actor, kind: actorKind } = identity.caller;
    const at = new Date(clock.now());
    const { requestId } = call;
    const rest = { target: null, outcome, upstream, requestId, keyPrefix: null };
    record({ at, actor, actorKind, action: 'upstream.use', ...rest });
  }
  return {
    noting(tokens, use) {
      // A service has no person's identity to use: upstream it is this application.
      if (use.identity.caller.kind === 'SERVICE') return tokens;
      return (scope, options) => {
        const token = tokens(scope, options);
        token.then(
          () => tell(use, 'OK'),
          (error: unknown) => tell(use, options.signal.aborted ? 'CANCELED' : codeOf(error)),
        );
        return token;
      };
    },
  };
}
