import { LRUCache } from 'lru-cache';
import type { Identity } from '../../domain/callers.ts';
import type { Message, UpstreamReplyEvent } from '../../domain/chat.ts';
import { codeOf, MlgraphError } from '../../domain/errors.ts';
import { withinDeadline } from '../watch/waiting.ts';
import type { Source } from './asking.ts';
import { failedEnd } from './endings.ts';
import { readResponsePlace } from './response-place.ts';
import type { Runs } from './runs.ts';
import type { ChatDeps, Connection, Ended, ReplyFoundry } from './upstream.ts';

/** People known to have nothing unsettled; one who is forgotten is looked at again. */
const maxPeople = 100_000;
/** An upstream that cannot tell now is asked again at the owner's next call, but not at each of a burst. */
const askAgainAfterMs = 5_000;
/** Nor for ever: an answer takes minutes at most. */
const giveUpAfterMs = 15 * 60_000;

/**
 * `left`: replies of theirs that this process could not bring to an end. `doubted`: sessions that may hold a reply which
 * this process was not told of.
 */
type Person = {
  left: Set<string>;
  doubted: Set<string>;
  flight: Promise<void> | null;
  settled: boolean;
  notBefore: number;
};

/**
 * Brings replies to an end that nobody runs any more, as after a crash: at their owner's first call, for nobody else's
 * token may ask the upstream for them.
 */
export class Settling {
  readonly #people = new LRUCache<string, Person>({ max: maxPeople });
  readonly #deps: ChatDeps;
  readonly #runs: Runs;

  constructor(deps: ChatDeps, runs: Runs) {
    this.#deps = deps;
    this.#runs = runs;
  }

  /** Resolves when no open reply of this person is without a run, but those that wait for them. */
  settle(identity: Identity, requestId: string): Promise<void> {
    const person = this.#person(identity.caller.key);
    const isDue = !person.settled || person.left.size > 0 || person.doubted.size > 0;
    if (person.flight || !isDue || this.#deps.clock.now() < person.notBefore) {
      return person.flight ?? Promise.resolve();
    }
    person.flight = this.#settle(person, identity, requestId).finally(() => {
      person.flight = null;
    });
    return person.flight;
  }

  /** Has this reply settled at its owner's next call. */
  later(ownerKey: string, messageKey: string): void {
    const person = this.#person(ownerKey);
    person.left.add(messageKey);
    person.notBefore = 0;
  }

  /** Has this session looked at, at its owner's next call. */
  doubt(ownerKey: string, sessionKey: string): void {
    const person = this.#person(ownerKey);
    person.doubted.add(sessionKey);
    person.notBefore = 0;
  }

  #person(key: string): Person {
    const known = this.#people.get(key);
    if (known) return known;
    const person: Person = {
      left: new Set(),
      doubted: new Set(),
      flight: null,
      settled: false,
      notBefore: 0,
    };
    this.#people.set(key, person);
    return person;
  }

  async #settle(person: Person, identity: Identity, requestId: string): Promise<void> {
    const ending = new AbortController();
    const connection = this.#deps.connect(identity, ending.signal, requestId);
    const doubted = new Set(person.doubted);
    try {
      const left = await this.#leftOf(person, doubted, connection);
      for (const sessionKey of doubted) person.doubted.delete(sessionKey);
      const results = await Promise.all(
        left.map((reply) => this.#settleReply(reply, connection, identity, requestId)),
      );
      person.left = new Set(left.filter((_, index) => !results[index]).map(({ key }) => key));
      person.settled = true;
      if (person.left.size > 0) person.notBefore = this.#deps.clock.now() + askAgainAfterMs;
    } finally {
      ending.abort();
    }
  }

  /** Once settled, what is open and not of `left` has just begun. */
  async #leftOf(person: Person, doubted: Set<string>, { store }: Connection): Promise<Message[]> {
    const open = await store.openReplies();
    return open.filter(
      ({ key, sessionKey, status }) =>
        (status === 'PENDING' || status === 'STREAMING') &&
        !this.#runs.get(key) &&
        (!person.settled || person.left.has(key) || doubted.has(sessionKey)),
    );
  }

  /** False where it has to be tried again. */
  async #settleReply(
    reply: Message,
    connection: Connection,
    identity: Identity,
    requestId: string,
  ): Promise<boolean> {
    const session = await connection.store.getSession(reply.sessionKey);
    if (!session) return true;
    const source = await this.#sourceOf(reply, connection);
    if (!source) return false;
    const work = { identity, session, reply, source, action: 'sendMessage', requestId };
    const run = this.#runs.launch(work);
    if (source.kind === 'known') await run.done;
    return true;
  }

  /** How the reply goes on; null where the upstream cannot tell now. */
  async #sourceOf(reply: Message, connection: Connection): Promise<Source | null> {
    if (!reply.responseId) return lost(reply.content.length, interrupted());
    const { responseId, begins } = readResponsePlace(reply.responseId);
    try {
      const { foundry } = connection;
      const ended = await this.#bounded(() => foundry.read(responseId));
      if (!ended) return { kind: 'underway', responseId, begins };
      const requests = await this.#requestsOf(responseId, ended, foundry);
      return { kind: 'known', events: [...requests, ended], begins };
    } catch (error) {
      const isOld = this.#deps.clock.now() - reply.createdAt.getTime() > giveUpAfterMs;
      if (mayPass(error) && !isOld) return null;
      return lost(begins, codeOf(error) === 'NOT_FOUND' ? interrupted(error) : error);
    }
  }

  /** The approvals and consents of a response that ended: only its stream tells them. None where it is gone. */
  async #requestsOf(responseId: string, ended: Ended, foundry: ReplyFoundry): Promise<UpstreamReplyEvent[]> {
    if (ended.status === 'FAILED' || ended.status === 'CANCELED') return [];
    const requests: UpstreamReplyEvent[] = [];
    const replay = async (signal: AbortSignal) => {
      for await (const event of foundry.resume({ responseId, after: 0, text: '', signal })) {
        if (event.kind === 'approval' || event.kind === 'consent') requests.push(event);
      }
    };
    await this.#bounded(replay).catch(() => {});
    return requests;
  }

  #bounded<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withinDeadline(this.#deps.clock, new AbortController().signal, work);
  }
}

const lost = (begins: number, error: unknown): Source => ({
  kind: 'known',
  events: [failedEnd(error)],
  begins,
});

const interrupted = (cause?: unknown) =>
  new MlgraphError(
    'UPSTREAM_ERROR',
    'The answer was interrupted, and the agent kept no more of it.',
    {},
    cause,
  );

const mayPass = (error: unknown) =>
  [
    'UPSTREAM_UNAVAILABLE',
    'UPSTREAM_TIMEOUT',
    'UPSTREAM_ERROR',
    'RATE_LIMITED',
    'UNAUTHENTICATED',
    'INTERACTION_REQUIRED',
  ].includes(codeOf(error));
