import type { Frame } from './frame.ts';

const cellOf = (value: unknown): string => {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

/** RFC 4180, but for its line ends. */
export const csvOf = ({ columns, data }: Frame): string =>
  [columns, ...data].map((row) => `${row.map(cellOf).join(',')}\n`).join('');
