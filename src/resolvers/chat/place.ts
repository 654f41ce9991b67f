import type { ChatEvent } from '../../domain/chat.ts';
import { announcementOf, type ReplyCursor, replyCursorPrinter } from './cursor.ts';
import type { LoggedEvent } from './event-log.ts';

/** More approvals and consents than this in one breath are not told apart in a cursor. */
const maxAnnounced = 64;

/**
 * How far one reader is. It takes events from wherever they come (the log, or a stored reply told as events), and
 * gives each on once: text by its length, the rest by what it is.
 */
export class Place {
  readonly #print: (at: ReplyCursor) => string;
  /** Replies that were told from what is stored, so that the log's events of them are old. */
  readonly #told = new Set<string>();
  #at: ReplyCursor | null;

  constructor(sessionKey: string, at: ReplyCursor | null) {
    this.#print = replyCursorPrinter(sessionKey);
    this.#at = at;
  }

  get messageKey(): string | null {
    return this.#at?.messageKey ?? null;
  }

  /** Forgets what was told from what is stored before. */
  tellAnew(): void {
    this.#told.clear();
  }

  /** Call before a reply is told from what is stored. */
  telling(messageKey: string): void {
    this.#told.add(messageKey);
  }

  /** The event as this reader gets it: null where it has it already, `GAP` where text is missing before it. */
  take(event: LoggedEvent): ChatEvent | 'GAP' | null {
    if (event.kind === 'STARTED') return this.#start(event);
    const at = this.#at;
    if (at?.messageKey !== event.messageKey || at.ended) return null;
    switch (event.kind) {
      case 'DELTA':
        return this.#delta(at, event, event.text);
      case 'APPROVAL':
        return this.#announce(at, event, event.approval.id);
      case 'CONSENT':
        return this.#announce(at, event, event.consent.id);
      default:
        return this.#give(event, { ...at, ended: true, announced: [] });
    }
  }

  #start(event: LoggedEvent): ChatEvent | null {
    const { messageKey, sequence } = event;
    const isOld = this.#at !== null && this.#told.has(messageKey);
    if (isOld || this.#at?.messageKey === messageKey) return null;
    return this.#give(event, { messageKey, sequence, length: 0, ended: false, announced: [] });
  }

  #delta(at: ReplyCursor, event: LoggedEvent, text: string): ChatEvent | 'GAP' | null {
    const start = event.end - text.length;
    if (start > at.length) return 'GAP';
    if (event.end <= at.length) return null;
    const { messageKey, sequence, end } = event;
    const cursor = this.#move({ messageKey, sequence, length: end, ended: false, announced: [] });
    return { kind: 'DELTA', text: text.slice(at.length - start), messageKey, sequence, at: event.at, cursor };
  }

  #announce(at: ReplyCursor, event: LoggedEvent, id: string): ChatEvent | 'GAP' | null {
    const name = announcementOf(id);
    if (event.end > at.length) return 'GAP';
    if (event.end < at.length || at.announced.includes(name)) return null;
    return this.#give(event, { ...at, announced: [...at.announced, name].slice(-maxAnnounced) });
  }

  #give({ end: _end, ...event }: LoggedEvent, at: ReplyCursor): ChatEvent {
    return { ...event, cursor: this.#move({ ...at, sequence: event.sequence }) };
  }

  /** Gives the cursor of the new place. */
  #move(to: ReplyCursor): string {
    this.#at = to;
    return this.#print(to);
  }
}
