import { styleText } from 'node:util';
import type { Failure } from '../failure.ts';
import type { World } from '../world.ts';
import { clean } from './clean.ts';
import { alignedTable, type Column, csv, tabbedTable } from './table.ts';

type Style = Parameters<typeof styleText>[0];

/** A table of data, as the API sends it. */
export type Data = {
  columns: readonly { name: string }[];
  rows: readonly (readonly unknown[])[];
  rowCount?: number | null;
  truncated: boolean;
};

/** What a command says: results on stdout, all else on stderr. */
export type Output = {
  json: boolean;
  /** Somebody sits at the terminal and can be asked. */
  interactive: boolean;
  /** Somebody watches stderr, so that it may move. */
  lively: boolean;
  /** For people, on stderr; nothing with --json. */
  note(text: string, style?: Style): void;
  /** Told with --json too. */
  warn(text: string): void;
  /** For --verbose alone. */
  trace(line: string): void;
  /** Text of the result, as it comes in. */
  write(text: string): void;
  /** A line of the result. */
  line(text: string, style?: Style): void;
  /** The one document of --json. */
  document(value: unknown): void;
  /** One of the lines of --json, of a command that goes on. */
  event(value: unknown): void;
  /** A list: in line for eyes, with tabs for programs. */
  list<T>(columns: readonly Column<T>[], items: readonly T[]): void;
  /** Data: in line for eyes, CSV for programs. */
  data(table: Data): void;
  failure(failure: Failure): void;
};

export function createOutput(world: World, options: { json: boolean; verbose: boolean }): Output {
  const { stdout, stderr, stdin, env } = world;
  const { json } = options;
  const eyes = Boolean(stdout.isTTY);
  const painted = (terminal: boolean | undefined, text: string, style?: Style) =>
    style && terminal && !env.NO_COLOR && env.TERM !== 'dumb'
      ? styleText(style, text, { validateStream: false })
      : text;
  const toEyes = (terminal: boolean | undefined, text: string) => (terminal ? clean(text) : text);
  const say = (text: string, style?: Style) =>
    void stderr.write(`${painted(stderr.isTTY, toEyes(stderr.isTTY, text), style)}\n`);
  const write = (text: string) => void stdout.write(toEyes(eyes, text));
  return {
    json,
    interactive: !json && Boolean(stdin.isTTY && stderr.isTTY),
    lively: !json && Boolean(stderr.isTTY) && !env.NO_COLOR && env.TERM !== 'dumb' && !env.CI,
    note: (text, style) => void (json || say(text, style)),
    warn: (text) => say(`Warning: ${text}`, 'yellow'),
    trace: (line) => void (options.verbose && say(line, 'dim')),
    write,
    line: (text, style) => void stdout.write(`${painted(eyes, toEyes(eyes, text), style)}\n`),
    document: (value) => void stdout.write(`${JSON.stringify(value, null, eyes ? 2 : 0)}\n`),
    event: (value) => void stdout.write(`${JSON.stringify(value)}\n`),
    list(columns, items) {
      const shown = columns.filter(({ wide }) => !(eyes && wide));
      const bold = (text: string) => painted(eyes, text, 'bold');
      stdout.write(eyes ? alignedTable(shown, items, bold) : tabbedTable(shown, items));
    },
    data({ columns, rows }) {
      const names = columns.map(({ name }) => name);
      const cells = names.map((head, index) => ({
        head,
        of: (row: readonly unknown[]) => shownCell(row[index]),
      }));
      const bold = (text: string) => painted(eyes, text, 'bold');
      stdout.write(eyes ? alignedTable(cells, rows, bold) : csv(names, rows));
    },
    failure(failure) {
      if (json) stderr.write(`${JSON.stringify({ error: factsOf(failure) })}\n`);
      else sayFailure(failure, say);
    },
  };
}

const shownCell = (value: unknown) =>
  typeof value === 'object' && value !== null
    ? JSON.stringify(value)
    : (value as string | number | boolean | null);

function factsOf({ message, exitCode, details }: Failure) {
  const { code = null, ...more } = details;
  return { message, code, exitCode, ...more };
}

function sayFailure({ message, details }: Failure, say: (text: string, style?: Style) => void): void {
  const { next, field, requestId } = details;
  const support = requestId ? ` (request ${requestId})` : '';
  const argument = field?.replace(/^input\./, '');
  const where = argument && !message.includes(argument) ? `${argument}: ` : '';
  say(`Error: ${where}${message}${support}`, 'red');
  if (next) say(next);
}
