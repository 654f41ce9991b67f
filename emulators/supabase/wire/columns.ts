import { notEmulated, refusal } from './errors.ts';
import { createScanner, type Scanner } from './scanner.ts';

/** A column, or what lies in one of JSON: `meta->a->>0`. */
export type ColumnPath = { column: string; steps: { key: string; asText: boolean }[] };
export type Selected = { path: ColumnPath; alias: string | null; cast: string | null };
export type Order = { path: ColumnPath; direction: 'asc' | 'desc'; nulls: 'first' | 'last' | null };

/** `select=`; null is every column. Throws PGRST100, and PGRST123 for an aggregate. */
export function parseSelect(text: string | null): Selected[] | null {
  if (text === null || text === '*' || text === '') return null;
  const scanner = createScanner(text, 'select parameter');
  const selected: Selected[] = [];
  do selected.push(selectedItem(scanner));
  while (scanner.take(','));
  if (!scanner.ended()) scanner.fail(`unexpected "${scanner.peek()}"`);
  return selected;
}

function selectedItem(scanner: Scanner): Selected {
  if (scanner.startsWith('...')) throw notEmulated('embedded tables');
  const first = scanner.word(',:().-!');
  const alias = scanner.startsWith(':') && !scanner.startsWith('::') ? first : null;
  if (alias !== null) scanner.take(':');
  const column = alias === null ? first : scanner.word(',:().-!');
  if (column === '') scanner.fail(`unexpected ${scanner.peek() || 'end of input'}, expecting field name`);
  const path = { column, steps: steps(scanner, ',:()') };
  const cast = scanner.take('::') ? scanner.word(',.()') : null;
  if (/^\.(sum|avg|max|min|count)$/.test(scanner.peek() === '.' ? `.${afterDot(scanner)}` : ''))
    throw refusal(400, { code: 'PGRST123', message: 'Use of aggregate functions is not allowed' });
  if (scanner.startsWith('(') || scanner.startsWith('!')) throw notEmulated('embedded tables');
  return { path, alias, cast };
}

const afterDot = (scanner: Scanner): string => {
  scanner.take('.');
  return scanner.word(',()');
};

function steps(scanner: Scanner, stops: string): ColumnPath['steps'] {
  const found: ColumnPath['steps'] = [];
  while (scanner.startsWith('-')) {
    scanner.expect('->');
    const asText = scanner.take('>');
    found.push({ asText, key: scanner.word(`-${stops}`) });
  }
  return found;
}

/** A column in a filter, up to one of `stops`. */
export function columnPath(scanner: Scanner, stops: string): ColumnPath {
  const column = scanner.word(`-${stops}`);
  if (column === '') scanner.fail('expecting field name');
  return { column, steps: steps(scanner, stops) };
}

/** The whole of `text` as a column, as in a parameter's name. */
export function wholeColumnPath(text: string): ColumnPath {
  const scanner = createScanner(text, 'field');
  const path = columnPath(scanner, '.');
  if (scanner.startsWith('.'))
    throw refusal(400, {
      code: 'PGRST108',
      message: `'${path.column}' is not an embedded resource in this request`,
      hint: `Verify that '${path.column}' is included in the 'select' query parameter.`,
    });
  return path;
}

const modifiers = ['asc', 'desc', 'nullsfirst', 'nullslast'];

/** `order=`. Throws PGRST100. */
export function parseOrder(text: string | null): Order[] {
  if (!text) return [];
  const scanner = createScanner(text, 'order');
  const orders: Order[] = [];
  do {
    const order: Order = { path: columnPath(scanner, ',.('), direction: 'asc', nulls: null };
    if (scanner.startsWith('(')) throw notEmulated('an order by embedded tables');
    while (scanner.take('.')) {
      const word = scanner.word('.,');
      if (!modifiers.includes(word)) scanner.fail(`unexpected "${word}"`);
      if (word === 'asc' || word === 'desc') order.direction = word;
      else order.nulls = word === 'nullsfirst' ? 'first' : 'last';
    }
    orders.push(order);
  } while (scanner.take(','));
  if (!scanner.ended()) scanner.fail(`unexpected "${scanner.peek()}"`);
  return orders;
}
