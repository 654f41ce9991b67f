import type { ReplyUpdate } from '../../datasources/supabase/store.ts';
import type { Message, ReplyEvent } from '../../domain/chat.ts';
import type { Clock } from '../../domain/clock.ts';
import type { EventLog } from './event-log.ts';

/** A reply as it is written: what it is now, ahead of the store, and each change told in the log. */
export class Draft {
  readonly #clock: Clock;
  readonly #log: EventLog;
  /** Beside its text and position, which change with each word. */
  #reply: Message;
  #content: string;
  #position: number;

  constructor(reply: Message, clock: Clock, log: EventLog) {
    this.#reply = reply;
    this.#content = reply.content;
    this.#position = reply.position;
    this.#clock = clock;
    this.#log = log;
  }

  get reply(): Message {
    return { ...this.#reply, content: this.#content, position: this.#position };
  }

  get content(): string {
    return this.#content;
  }

  get position(): number {
    return this.#position;
  }

  /** What is stored of it while it grows. */
  get progress(): ReplyUpdate {
    const { status, responseId } = this.#reply;
    return { status, content: this.#content, position: this.#position, responseId };
  }

  change(change: Partial<Message>): void {
    this.#reply = { ...this.#reply, ...change };
    this.#content = change.content ?? this.#content;
    this.#position = change.position ?? this.#position;
  }

  tell(event: ReplyEvent): void {
    const { key: messageKey, sessionKey } = this.#reply;
    const sequence = ++this.#position;
    const end = event.kind === 'STARTED' ? 0 : this.#content.length;
    this.#log.append(sessionKey, { ...event, messageKey, sequence, at: new Date(this.#clock.now()), end });
  }

  grow(text: string): void {
    if (text === '') return;
    this.#content += text;
    this.tell({ kind: 'DELTA', text });
  }

  /** Tells what `content` has beyond the text; nothing where it is another text. */
  growTo(content: string): void {
    if (content.startsWith(this.#content)) this.grow(content.slice(this.#content.length));
  }
}
