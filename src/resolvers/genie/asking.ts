import { createHash } from 'node:crypto';
import { unlessAborted } from '../../domain/deadline.ts';
import { conflict } from '../../domain/errors.ts';
import type { GenieMessage, GenieMessagePlace } from '../../domain/genie.ts';
import { noSuch } from '../keys.ts';
import { isAt } from './own.ts';
import type { Asker, AskingParts, Question } from './question.ts';
import { withStore } from './remembering.ts';
import { lastOf, newestMessages } from './running.ts';
import { sendQuestion } from './sending.ts';

const field = 'input.clientMessageId';
/** Where the same question is being asked at this moment. */
const retryAfterSeconds = 5;

/** Asks questions: each in its turn, and under one clientMessageId only once. */
export class Asking {
  readonly #parts: AskingParts;
  /** Who asks under which clientMessageId in this process. */
  readonly #claims = new Set<string>();
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(parts: AskingParts) {
    this.#parts = parts;
  }

  /**
   * The question with its answer to come.
   * @throws RATE_LIMITED where its turn would come too late, CONFLICT while the conversation's last question is being
   * answered or where the clientMessageId stands for another, and what Genie says.
   */
  ask(question: Question, asker: Asker): Promise<GenieMessage> {
    const { clientMessageId } = question;
    const asking =
      clientMessageId === null ? this.#send(question, asker) : this.#once(question, clientMessageId, asker);
    const ended = asking.catch(() => undefined);
    this.#underWay.add(ended);
    ended.finally(() => this.#underWay.delete(ended));
    return unlessAborted(asking, asker.signal);
  }

  /** When what is under way has ended. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #send(question: Question, asker: Asker): Promise<GenieMessage> {
    const sent = await sendQuestion(question, asker, this.#parts);
    if ('error' in sent) throw sent.error;
    return sent.message;
  }

  async #once(question: Question, clientMessageId: string, asker: Asker): Promise<GenieMessage> {
    const key = JSON.stringify([asker.identity.caller.key, clientMessageId]);
    const isAsking = this.#claims.has(key);
    this.#claims.add(key);
    try {
      const claim = { clientMessageId, contentHash: hashOf(question) };
      const claimed = await withStore(asker, this.#parts, (store) => store.claimQuestion(claim));
      if (claimed.taken) return await this.#sendClaimed(question, clientMessageId, asker);
      if (!claimed.sameContent) throw conflict(`${field}: another question was asked with it.`, { field });
      if (claimed.place) return await this.#read(question, claimed.place, asker);
      if (isAsking) throw conflict('This question is being asked.', { field, retryAfterSeconds });
      return await this.#findLost(question, clientMessageId, asker);
    } finally {
      if (!isAsking) this.#claims.delete(key);
    }
  }

  /** What was not asked gives the id free; what may have been keeps it. */
  async #sendClaimed(question: Question, clientMessageId: string, asker: Asker): Promise<GenieMessage> {
    const sent = await sendQuestion(question, asker, this.#parts);
    if ('message' in sent) await this.#settle(clientMessageId, sent.message, asker);
    else if (!sent.mayBeAsked) await this.#settle(clientMessageId, null, asker);
    if ('error' in sent) throw sent.error;
    return sent.message;
  }

  /** Its failure leaves the id claimed, which is told when somebody comes back with it. */
  async #settle(clientMessageId: string, place: GenieMessagePlace | null, asker: Asker): Promise<void> {
    const stored = place && {
      spaceKey: place.spaceKey,
      conversationKey: place.conversationKey,
      messageKey: place.messageKey,
    };
    const settle = withStore(asker, this.#parts, (store) => store.settleQuestion(clientMessageId, stored));
    await settle.catch(() => undefined);
  }

  /** The question that was asked before under the same id. */
  async #read({ as }: Question, place: GenieMessagePlace, asker: Asker): Promise<GenieMessage> {
    const { identity, signal, requestId } = asker;
    const genie = this.#parts.deps.connect(identity, as, signal, requestId);
    const message = await genie.getMessage(place, { fresh: true });
    if (!isAt(message, place)) throw noSuch('GenieMessage', field);
    return message;
  }

  /** Asked by another process, or by one that ended: looked for where it would be the last of its conversation. */
  async #findLost(question: Question, clientMessageId: string, asker: Asker): Promise<GenieMessage> {
    const { spaceKey, conversationKey, text, as } = question;
    const { identity, signal, requestId } = asker;
    if (conversationKey !== null) {
      const genie = this.#parts.deps.connect(identity, as, signal, requestId);
      const last = lastOf(await newestMessages({ spaceKey, conversationKey }, genie));
      if (last?.question === text) {
        await this.#settle(clientMessageId, last, asker);
        return last;
      }
    }
    throw conflict(
      'This question is being asked elsewhere, or what Genie said to it was lost: look for it in the space, or ask with another clientMessageId.',
      { field, retryAfterSeconds },
    );
  }
}

/** Tells a repeated question from another. */
const hashOf = ({ home, spaceKey, conversationKey, text, as }: Question): string =>
  createHash('sha256')
    .update(JSON.stringify([home, spaceKey, conversationKey, text, as]))
    .digest('hex');
