import type { DuckDBType } from '@duckdb/node-api';

export type Column = {
  name: string;
  position: number;
  type_name: string;
  type_text: string;
  type_precision?: number;
  type_scale?: number;
};

const types: Record<string, [name: string, text: string]> = {
  BOOLEAN: ['BOOLEAN', 'BOOLEAN'],
  TINYINT: ['BYTE', 'TINYINT'],
  SMALLINT: ['SHORT', 'SMALLINT'],
  INTEGER: ['INT', 'INT'],
  BIGINT: ['LONG', 'BIGINT'],
  FLOAT: ['FLOAT', 'FLOAT'],
  DOUBLE: ['DOUBLE', 'DOUBLE'],
  DATE: ['DATE', 'DATE'],
  TIMESTAMP: ['TIMESTAMP', 'TIMESTAMP'],
};

/** A column as Databricks names its type. */
export function columnOf(name: string, position: number, type: DuckDBType): Column {
  const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(String(type)) ?? [];
  if (precision && scale) {
    const size = { type_precision: Number(precision), type_scale: Number(scale) };
    return { name, position, type_name: 'DECIMAL', type_text: `DECIMAL(${precision},${scale})`, ...size };
  }
  const [type_name, type_text] = types[String(type)] ?? ['STRING', 'STRING'];
  return { name, position, type_name, type_text };
}

/** A cell on the wire: text or null. */
export function cellOf(value: unknown, { type_name }: Column): string | null {
  if (value === null || value === undefined) return null;
  if (type_name === 'DOUBLE' || type_name === 'FLOAT') return scientific(Number(value));
  const text = String(value);
  return type_name === 'TIMESTAMP' ? isoTime(text) : text;
}

/** As the JVM writes a double: 1.2345678E7, never 12345678, from ten million on and below a thousandth. */
function scientific(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
  if (size === 0 || (size >= 1e-3 && size < 1e7))
    return Number.isInteger(value) ? value.toFixed(1) : String(value);
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  return `${digits.includes('.') ? digits : `${digits}.0`}E${Number(exponent)}`;
}

/** `2026-11-20 10:15:00` as `2026-11-20T10:15:00.000Z`. */
const isoTime = (text: string): string => new Date(`${text.replace(' ', 'T')}Z`).toISOString();
