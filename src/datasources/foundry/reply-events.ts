import type { UpstreamReplyEvent } from '../../domain/chat.ts';
import { cutShort, toError, unreadable } from './errors.ts';
import { createHandedText } from './handed-text.ts';
import { createEventReader, EventTooLong, type ServerEvent } from './sse.ts';
import { textOf, toApproval, toConsent, toEnd } from './to-domain.ts';
import { events, type WireEvent, type WireItem, type WireResponse } from './wire.ts';

/**
 * Reads the events of one response off its stream, each handed on as soon as it is whole. It ends after `ended`.
 * `position` is where an earlier reading left off; without `text` that reading's text is not known.
 * @throws MlgraphError where the stream ends, cleanly or not, before the answer does; what `chunks` throws.
 */
export async function* replyEvents(
  chunks: AsyncIterable<Uint8Array>,
  position: { after: number; text: string | undefined } = { after: -1, text: '' },
): AsyncGenerator<UpstreamReplyEvent, void> {
  const reader = createEventReader();
  const reading = createReading(position);
  for await (const chunk of chunks) {
    const { told, failure } = toldBy(feed(reader, chunk), reading);
    for (const event of told) {
      yield event;
      if (event.kind === 'ended') return;
    }
    if (failure) throw failure.cause;
  }
  throw cutShort();
}

/** What came at once. What stands before something unreadable was said all the same. */
function toldBy(found: readonly ServerEvent[], reading: ReturnType<typeof createReading>) {
  const told: UpstreamReplyEvent[] = [];
  try {
    for (const event of found) {
      const wire = wireEvent(event);
      if (wire) for (const next of reading.tell(wire)) join(told, next);
    }
  } catch (cause) {
    return { told, failure: { cause } };
  }
  return { told, failure: null };
}

/** Words that follow each other are handed on as one, so that who is late catches up. */
function join(told: UpstreamReplyEvent[], next: UpstreamReplyEvent): void {
  const last = told.at(-1);
  if (next.kind === 'delta' && last?.kind === 'delta') {
    last.text += next.text;
    last.sequence = next.sequence;
  } else told.push(next);
}

function feed(reader: ReturnType<typeof createEventReader>, chunk: Uint8Array): ServerEvent[] {
  try {
    return reader.feed(chunk);
  } catch (error) {
    throw error instanceof EventTooLong ? unreadable(error.message) : error;
  }
}

/**
 * One event, by its own `type` or by the name it came under; null for one that is not read here.
 * @throws UPSTREAM_ERROR for one that is no JSON, or a known one of an unknown shape.
 */
function wireEvent({ event, data }: ServerEvent): WireEvent | null {
  if (data === '[DONE]') return null;
  const value = jsonOf(data);
  const { type } = (value ?? {}) as { type?: unknown };
  const name = typeof type === 'string' ? type : event;
  if (!Object.hasOwn(events, name)) return null;
  const read = events[name as keyof typeof events].safeParse(value);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, code }) => `${path.join('.')} ${code}`);
    throw unreadable(`${name}: ${faults.slice(0, 5).join(', ')}`);
  }
  return { type: name, data: read.data } as WireEvent;
}

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    throw unreadable(`an event of ${data.length} characters that are not JSON`);
  }
}

type Told = UpstreamReplyEvent[];

/** What the events of one response mean, one after the other. */
function createReading({ after, text }: { after: number; text: string | undefined }) {
  const handed = createHandedText(text);
  const requested = new Set<string>();
  let begun = after >= 0;
  let sequence = after;

  const once = (...keys: string[]) => {
    const isNew = !keys.some((key) => requested.has(key));
    for (const key of keys) requested.add(key);
    return isNew;
  };
  const advance = (to: number | null | undefined) => {
    sequence = Math.max(sequence, to ?? sequence);
  };
  const deltaOf = (text: string): Told => (text === '' ? [] : [{ kind: 'delta', text, sequence }]);

  function consentIn(item: Parameters<typeof toConsent>[0]): Told {
    const consent = toConsent(item);
    // The event and the item need not agree on the id; a link is one person's and one server's.
    return consent && once(consent.id, consent.url) ? [{ kind: 'consent', consent }] : [];
  }

  /** Of an item not yet done the arguments may be missing still. */
  function requestIn(item: WireItem, done: boolean): Told {
    if (item.type === 'oauth_consent_request') return consentIn(item);
    const approval = done ? toApproval(item) : null;
    return approval && once(approval.id) ? [{ kind: 'approval', approval }] : [];
  }

  /** `created` at the first; any later one says how far the answer is, which may be back again. */
  function snapshot(response: WireResponse): Told {
    if (begun) return deltaOf(handed.restartAt(textOf(response.output)));
    begun = true;
    return [{ kind: 'created', responseId: response.id }];
  }

  function ending(response: WireResponse): Told {
    const first: Told = begun ? [] : snapshot(response);
    const requests = (response.output ?? []).flatMap((item) => requestIn(item, true));
    const end = toEnd(response, handed.text());
    if (!end) throw unreadable(`an end with the status ${response.status.slice(0, 40)}`);
    return [...first, ...requests, end];
  }

  return {
    tell(event: WireEvent): Told {
      switch (event.type) {
        case 'response.created':
        case 'response.queued':
        case 'response.in_progress':
          advance(event.data.sequence_number);
          return snapshot(event.data.response);
        case 'response.output_text.delta':
        case 'response.refusal.delta':
          advance(event.data.sequence_number ?? sequence + 1);
          return deltaOf(handed.add(event.data.delta));
        case 'response.output_item.added':
          return requestIn(event.data.item, false);
        case 'response.output_item.done':
          return requestIn(event.data.item, true);
        case 'response.oauth_consent_requested': {
          const { item, id, item_id, ...flat } = event.data;
          return consentIn(item ?? { ...flat, id: item_id ?? id ?? flat.consent_link });
        }
        case 'error':
          throw toError(event.data.error ?? event.data);
        default:
          return ending(event.data.response);
      }
    },
  };
}
