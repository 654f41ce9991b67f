import type { Identity } from '../../domain/callers.ts';
import type { Clock } from '../../domain/clock.ts';
import { identityOf, type Person, type Seat } from './audience.ts';
import { blameOf, Patience, rightLost } from './failures.ts';

export type RightsCheck = {
  clock: Clock;
  random: () => number;
  recheckMs: number;
  /** Reads with that token; a success moves `person.provenAt`. */
  read(identity: Identity, signal: AbortSignal): Promise<void>;
  end(which: (seat: Seat) => boolean, error: unknown): void;
};

/** The check begins a little before the right is `recheckMs` old, to be done by then. */
const headStart = 0.9;
/** An upstream that cannot answer leaves the streams alone until the right is this many times `recheckMs` old. */
const tolerance = 2;

/**
 * Proves a person's right again and again while they stay; polls with their token prove it as well.
 * Loss ends that person's seats with FORBIDDEN, and nobody else's. Ends with `person.leaving`.
 */
export async function keepRight(person: Person, check: RightsCheck): Promise<void> {
  const signal = person.leaving.signal;
  const patience = new Patience(check.clock, check.random, Number.POSITIVE_INFINITY);
  while (!signal.aborted) {
    const age = check.clock.now() - person.provenAt;
    const dueIn = check.recheckMs * headStart - age;
    if (dueIn > 0) await check.clock.sleep(dueIn, signal);
    else await proveAgain(person, check, patience);
  }
}

async function proveAgain(person: Person, check: RightsCheck, patience: Patience): Promise<void> {
  const signal = person.leaving.signal;
  const identity = identityOf(person);
  if (!identity) return;
  const assertion = identity.assertion();
  try {
    await check.read(identity, signal);
    patience.reset();
  } catch (error) {
    signal.throwIfAborted();
    const blame = blameOf(error);
    if (blame === 'token') return check.end((seat) => seat.identity.assertion() === assertion, error);
    if (blame !== 'moment') return check.end(isOf(person), blame === 'subject' ? error : rightLost());
    const delay = patience.delayAfter(error);
    if (check.clock.now() + delay > person.provenAt + check.recheckMs * tolerance) {
      return check.end(isOf(person), error);
    }
    await check.clock.sleep(delay, signal);
  }
}

const isOf = (person: Person) => (seat: Seat) => person.seats.has(seat);
