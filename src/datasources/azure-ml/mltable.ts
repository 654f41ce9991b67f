/** What an MLTable file says of one delimited file: all this gateway writes, and what it reads of others'. */
export type DelimitedTable = {
  /** Relative to the MLTable's folder. */
  file: string;
  /** One character. */
  delimiter: string;
  hasHeader: boolean;
};

/** The MLTable file to lie beside an uploaded table (Azure ML contract, section 5). */
export const writeMLTable = ({
  file,
  delimiter,
}: Pick<DelimitedTable, 'file' | 'delimiter'>): string => `type: mltable
paths:
  - file: ./${file}
transformations:
  - read_delimited: { delimiter: ${JSON.stringify(delimiter)}, header: all_files_same_headers, encoding: utf8 }
`;

/**
 * Reads an MLTable's first file and how it is delimited: in YAML's block or flow style, with either quotes.
 * Null where it does not name a delimited file by a path below its own folder.
 */
export function readMLTable(text: string): DelimitedTable | null {
  if (!/\bread_delimited\b/.test(text)) return null;
  const named = /(?:^\s*-|[[,])\s*\{?\s*["']?file["']?\s*:\s*(.+)$/m.exec(text)?.[1];
  const file = named === undefined ? undefined : scalar(named).replace(/^\.\//, '');
  const below = file && !/^([a-z]+:|\/|\\)/i.test(file) && !file.split(/[\\/]/).includes('..');
  if (!below || /[*?]/.test(file)) return null;
  const option = (name: string) => new RegExp(`["']?\\b${name}["']?\\s*:\\s*(.+)$`, 'm').exec(text)?.[1];
  const delimiter = scalar(option('delimiter') ?? ',').replace('\\t', '\t');
  const header = scalar(option('header') ?? 'all_files_same_headers');
  return { file, delimiter: delimiter || ',', hasHeader: header !== 'no_header' };
}

/** The scalar a YAML value begins with: quoted, or plain up to what ends it. */
function scalar(value: string): string {
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(value)?.[1];
  if (double !== undefined) return double.replace(/\\(["\\/])/g, '$1');
  const single = /^'((?:[^']|'')*)'/.exec(value)?.[1];
  return single?.replaceAll("''", "'") ?? (/^[^,}\]#]*/.exec(value)?.[0] ?? '').trim();
}
