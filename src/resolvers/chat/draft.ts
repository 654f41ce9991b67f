import type { ReplyUpdate } from '../../datasources/supabase/store.ts';
import type { Message, ReplyEvent } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import type { EventLog } from './event-log.ts';

/** A reply as it is written: what it is now, ahead of the store, and each change told in the log. */
export class Draft {
  readonly #clock: Clock;
  readonly #log: EventLog;
  #reply: Message;

  constructor(reply: Message, clock: Clock, log: EventLog) {
    this.#reply = reply;
    this.#clock = clock;
    this.#log = log;
  }

  get reply(): Message {
    return this.#reply;
  }

  /** What is stored of it while it grows. */
  get progress(): ReplyUpdate {
    const { status, content, position, responseId } = this.#reply;
    return { status, content, position, responseId };
  }

  change(change: Partial<Message>): void {
    this.#reply = { ...this.#reply, ...change };
  }

  tell(event: ReplyEvent, content = this.#reply.content): void {
    const { key: messageKey, sessionKey } = this.#reply;
    const sequence = this.#reply.position + 1;
    this.change({ position: sequence, content });
    const end = event.kind === 'STARTED' ? 0 : content.length;
    this.#log.append(sessionKey, { ...event, messageKey, sequence, at: new Date(this.#clock.now()), end });
  }

  grow(text: string): void {
    if (text === '') return;
    this.tell({ kind: 'DELTA', text }, this.#reply.content + text);
  }

  /** Tells what `content` has beyond the text; nothing where it is another text. */
  growTo(content: string): void {
    const { content: written } = this.#reply;
    if (content.startsWith(written)) this.grow(content.slice(written.length));
  }
}
