import { randomBytes } from 'node:crypto';
import type { Statement } from '../questions/sql.ts';

/** A download of all rows of a query. Whoever has the signature may ask for it, whoever has the key may read it. */
export type Download = {
  statementId: string;
  statement: Statement;
  signature: string;
  key: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
};

/** The newest downloads; they end with the process. */
export type DownloadBook = {
  start(id: string, query: Pick<Download, 'statementId' | 'statement' | 'startedAt'>): Download;
  get(id: string): Download | undefined;
};

const most = 100;

export function createDownloads(): DownloadBook {
  const downloads = new Map<string, Download>();
  return {
    start: (id, query) => {
      const secret = () => randomBytes(24).toString('base64url');
      const download = { ...query, signature: secret(), key: secret() };
      downloads.set(id, download);
      for (const oldest of downloads.keys()) if (downloads.size > most) downloads.delete(oldest);
      return download;
    },
    get: (id) => downloads.get(id),
  };
}
