import { randomUUID } from 'node:crypto';
import type { CallContext } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { unlessAborted } from '../../domain/deadline.ts';
import { MlgraphError } from '../../domain/errors.ts';
import type { Connection } from './connection.ts';
import { info } from './wire.ts';

export type Description = { name: string; description: string | null };

const keptMs = 300_000;
/** A service that does not answer is asked again so soon, and nobody waits for it meanwhile. */
const failureKeptMs = 10_000;
const deadlineMs = 2_000;

type Parts = {
  systemName: string;
  clock: Clock;
  connect(call: CallContext): Connection;
};

/** What a service says of itself (contract section 4), the same for everybody, so asked once for all. */
export function createDescription({ systemName, clock, connect }: Parts) {
  const plain: Description = { name: systemName, description: null };
  let known: { value: Promise<Description>; until: number } | null = null;
  let last = plain;

  /** No operation's own: whoever began it may leave while others wait. */
  async function read(): Promise<Description> {
    const call = { signal: new AbortController().signal, requestId: randomUUID(), traceparent: '' };
    try {
      const answer = await connect(call).send({
        method: 'GET',
        path: '/api/v1/info',
        schema: info,
        idempotent: false,
        deadlineMs,
      });
      last = { name: answer.display_name?.trim() || systemName, description: answer.description || null };
    } catch (error) {
      if (!(error instanceof MlgraphError)) throw error;
      if (known) known.until = clock.now() + failureKeptMs;
    }
    return last;
  }

  return {
    describe(signal: AbortSignal): Promise<Description> {
      if (!known || clock.now() >= known.until) {
        known = { value: Promise.resolve(last), until: clock.now() + keptMs };
        known.value = read();
      }
      return unlessAborted(known.value, signal);
    },
    /** As it was last told. */
    present: (): Description => last,
  };
}
