/** The job's input is not a table that can be read; `message` is for the person who started it. */
export class MLTableError extends Error {}

/**
 * The file that an MLTable names, and its delimiter if it has one. The lines of this small YAML are read one by
 * one: block and flow style of what the tools write. Throws MLTableError for paths that are not one relative file.
 */
export function parseMLTable(yaml: string): { file: string; delimiter?: string } {
  const files = [...yaml.matchAll(/^\s*-\s*\{?\s*(file|folder|pattern)\s*:\s*(.+?)\s*\}?\s*$/gm)];
  const [, kind, quoted = ''] = files[0] ?? [];
  const file = unquote(quoted);
  if (files.length !== 1 || kind !== 'file')
    throw new MLTableError('MLTable input is invalid: its paths must name exactly one file.');
  if (file.includes('\\') || file.includes('..') || /^([a-z]+:|\/)/i.test(file))
    throw new MLTableError('MLTable input is invalid: its path must be relative, with forward slashes.');
  const delimiter = /\bdelimiter\s*:\s*("(?:[^"\\]|\\.)*"|'[^']*'|[^\s,}]+)/.exec(yaml)?.[1];
  return {
    file: file.replace(/^\.\//, ''),
    delimiter: delimiter === undefined ? undefined : unquote(delimiter),
  };
}

function unquote(value: string): string {
  if (/^".*"$/.test(value)) return JSON.parse(value) as string;
  return /^'.*'$/.test(value) ? value.slice(1, -1) : value;
}
