import { parse } from 'csv-parse/sync';

/** A header must end within so many bytes: that much of a file is read for it. */
export const longestHeader = 64 * 1024;

const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);
/** Length of a leading UTF-8 byte order mark: 3 or 0. */
export const markLength = (bytes: Uint8Array): number =>
  byteOrderMark.equals(bytes.subarray(0, 3)) ? byteOrderMark.length : 0;

const [quote, lineFeed, carriageReturn] = [0x22, 0x0a, 0x0d];
export const isBlank = (byte: number): boolean => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** First line that is not empty, quoted line ends within it kept; `end` is the offset behind it. Null if it goes on. */
export function firstLine(bytes: Uint8Array, complete: boolean): { line: Uint8Array; end: number } | null {
  let start = markLength(bytes);
  let quoted = false;
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) quoted = !quoted;
    if (quoted || (byte !== lineFeed && byte !== carriageReturn)) continue;
    if (at > start) return { line: bytes.subarray(start, at), end: at + 1 };
    start = at + 1;
  }
  return complete && !quoted && bytes.length > start
    ? { line: bytes.subarray(start), end: bytes.length }
    : null;
}

/** The column names in a header line. @throws Error where it is not UTF-8, or its quotes do not hold. */
export function columnsIn(line: Uint8Array, delimiter: string): string[] {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(line);
  const [columns = []] = parse(text, { delimiter, relax_quotes: true, trim: true }) as string[][];
  return columns;
}

const candidates = [',', ';', '\t', '|'];

/** The delimiter a CSV's header line uses: the most frequent of the usual ones outside quotes; a comma if none. */
export function delimiterOf(line: Uint8Array): string {
  const bare = Buffer.from(line)
    .toString('utf8')
    .replace(/"[^"]*"/g, '');
  const counts = candidates.map((candidate) => bare.split(candidate).length);
  return candidates[counts.indexOf(Math.max(...counts))] ?? ',';
}
