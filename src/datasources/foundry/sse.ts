/** One server-sent event (HTML standard, 9.2). `event` is empty where none was named. */
export type ServerEvent = { event: string; data: string };

/** An event or a line is longer than the reader allows. */
export class EventTooLong extends Error {}

/** The last event of a long answer holds the whole of it. */
const longestEvent = 16 * 1024 * 1024;

/**
 * Reads an event stream piece by piece, wherever it is split: within a character, a line, or a CRLF. What stands
 * behind the last blank line when the stream ends is no event.
 * @throws EventTooLong from `feed`.
 */
export function createEventReader({ longest = longestEvent } = {}): {
  feed(bytes: Uint8Array): ServerEvent[];
} {
  const decoder = new TextDecoder();
  /** The line under way, in pieces: looked through once each. */
  let line = '';
  let afterReturn = false;
  let event = '';
  let data: string[] = [];
  let length = 0;

  const count = (added: number) => {
    length += added;
    if (length > longest) throw new EventTooLong(`an event of more than ${longest} characters`);
  };

  /** The event that a blank line ends; null for any other line, and for a blank one behind no data. */
  function endLine(text: string): ServerEvent | null {
    if (text === '') {
      const found = data.length > 0 ? { event, data: data.join('\n') } : null;
      event = '';
      data = [];
      length = 0;
      return found;
    }
    const colon = text.indexOf(':');
    const field = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? '' : text.slice(text[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else length -= text.length; // a comment, or a field of no use here, is not kept
    return null;
  }

  return {
    feed(bytes) {
      let text = decoder.decode(bytes, { stream: true });
      if (afterReturn && text.startsWith('\n')) text = text.slice(1);
      else if (text === '') return [];
      afterReturn = text.endsWith('\r');
      const found: ServerEvent[] = [];
      let from = 0;
      const lineEnd = lineEndsOf(text);
      for (let at = lineEnd(from); at >= 0; at = lineEnd(from)) {
        count(at - from);
        const ended = endLine(line + text.slice(from, at));
        if (ended) found.push(ended);
        line = '';
        from = text.startsWith('\r\n', at) ? at + 2 : at + 1;
      }
      count(text.length - from);
      line += text.slice(from);
      return found;
    },
  };
}

/** Where the next line ends, from wherever it begins; -1 where its end is not here. Asked for one line after the other. */
function lineEndsOf(text: string): (from: number) => number {
  let back = text.indexOf('\r');
  return (from) => {
    if (back >= 0 && back < from) back = text.indexOf('\r', from);
    const feed = text.indexOf('\n', from);
    return back >= 0 && (feed < 0 || back < feed) ? back : feed;
  };
}
