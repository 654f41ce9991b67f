import { unreadable } from './errors.ts';

/** Reads a piece of a query string from left to right. */
export type Scanner = {
  ended(): boolean;
  /** The next character, not taken; '' at the end. */
  peek(): string;
  startsWith(text: string): boolean;
  /** Takes `text` where it comes next. */
  take(text: string): boolean;
  /** Takes `text`. Throws PGRST100 where something else comes. */
  expect(text: string): void;
  /** Takes up to the first of `stops`, unquoting what begins with `"`. */
  word(stops: string): string;
  /** Throws PGRST100. */
  fail(why: string): never;
};

export function createScanner(text: string, what: string): Scanner {
  let at = 0;
  const fail = (why: string): never => {
    throw unreadable(what, text, why);
  };
  const take = (wanted: string) => {
    const found = text.startsWith(wanted, at);
    if (found) at += wanted.length;
    return found;
  };
  const quoted = () => {
    let value = '';
    for (at += 1; text[at] !== '"'; at += 1) {
      if (text[at] === '\\') at += 1;
      if (at >= text.length) fail('unexpected end of input, expecting "');
      value += text[at];
    }
    at += 1;
    return value;
  };
  const plain = (stops: string) => {
    const from = at;
    while (at < text.length && !stops.includes(text[at] as string)) at += 1;
    return text.slice(from, at);
  };
  return {
    ended: () => at >= text.length,
    peek: () => text[at] ?? '',
    startsWith: (wanted) => text.startsWith(wanted, at),
    take,
    expect: (wanted) => {
      if (!take(wanted))
        fail(`unexpected ${text[at] ? `"${text[at]}"` : 'end of input'}, expecting "${wanted}"`);
    },
    word: (stops) => (text[at] === '"' ? quoted() : plain(stops)),
    fail,
  };
}
