import { CsvError, parse } from 'csv-parse/sync';
import { type Row, TrainingError } from './job.ts';

/** What pandas reads as missing (`read_csv`, `na_values`), the words people really write. */
const missingWords = new Set(['', 'NA', 'N/A', 'n/a', '#N/A', 'NaN', 'nan', 'NULL', 'null', 'None', '<NA>']);

export type TableSource = { name: string; delimiter?: string | undefined };

const delimiterOf = (source: TableSource): string =>
  source.delimiter ?? (/\.(tsv|tab)$/i.test(source.name) ? '\t' : ',');

/** The header's names; an empty one is called as pandas calls it. Throws for a name that stands twice. */
function headerOf(cells: string[]): string[] {
  const header = cells.map((cell, index) => cell.trim() || `Unnamed: ${index}`);
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined)
    throw new TrainingError('MalformedTable', `The header names column ${twice} twice.`);
  return header;
}

function rowOf(header: string[], cells: string[], line: number): Row {
  if (cells.length !== header.length) {
    const message = `line ${line} has ${cells.length} columns, the header has ${header.length}`;
    throw new TrainingError('MalformedTable', message);
  }
  return Object.fromEntries(
    header.map((name, index) => {
      const value = (cells[index] ?? '').trim();
      return [name, missingWords.has(value) ? null : value];
    }),
  );
}

/**
 * Reads a delimited file whose first line is the header, handing over one row at a time, so that the caller decides
 * what to keep. `line` is where the row ends in the file. Throws TrainingError naming the first bad line.
 */
export function readRows(
  bytes: Uint8Array,
  source: TableSource,
  onHeader: (header: string[]) => void,
  onRow: (row: Row, line: number) => void,
): void {
  let header: string[] | null = null;
  const onRecord = (cells: string[], { lines }: { lines: number }): null => {
    if (header) onRow(rowOf(header, cells, lines), lines);
    else {
      header = headerOf(cells);
      onHeader(header);
    }
    return null;
  };
  try {
    parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), {
      bom: true,
      delimiter: delimiterOf(source),
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: onRecord,
    });
  } catch (error) {
    throw error instanceof CsvError ? new TrainingError('MalformedTable', error.message) : error;
  }
  if (!header) throw new TrainingError('MalformedTable', `${source.name} is empty.`);
}
