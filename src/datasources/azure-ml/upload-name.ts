import type { FileUpload } from '../../domain/datasets.ts';

export type UploadKind = 'CSV' | 'TSV' | 'OTHER';

const longestStem = 80;

/** What a file is, by its name's ending and else by its stated type: browsers call a CSV many things. */
export function uploadKind({ filename, mimeType }: Pick<FileUpload, 'filename' | 'mimeType'>): UploadKind {
  if (/\.(tsv|tab)$/i.test(filename)) return 'TSV';
  if (/\.csv$/i.test(filename)) return 'CSV';
  const type = mimeType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'text/tab-separated-values') return 'TSV';
  return type === 'text/csv' ? 'CSV' : 'OTHER';
}

/**
 * A name that stands for itself in a blob path, a datastore URI and an MLTable, where wildcards, blanks and quotes
 * do not: ASCII letters, digits, `.`, `_`, `-`. A table ends as one.
 */
export function safeFileName(filename: string, kind: UploadKind): string {
  const base = filename.normalize('NFKD').split(/[\\/]/).at(-1) ?? '';
  const plain = base.replace(/\p{M}/gu, '').replace(/[^A-Za-z0-9._-]+/g, '_');
  const [, before = '', extension = ''] = /^(.*?)(\.[A-Za-z0-9]{1,10})?$/.exec(plain) ?? [];
  const stem = before.replace(/^[._-]+/, '').slice(0, longestStem);
  const name = /[A-Za-z0-9]/.test(stem) ? stem : 'data';
  if (kind === 'OTHER') return `${name}${extension}`;
  const ending = kind === 'TSV' ? '.tsv' : '.csv';
  return `${name}${/^\.(csv|tsv|tab|txt)$/i.test(extension) ? extension : `${extension}${ending}`}`;
}
