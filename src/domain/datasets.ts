import type { Tag } from './providers.ts';

export const datasetTypes = ['FILE', 'FOLDER', 'TABLE'] as const;
export type DatasetType = (typeof datasetTypes)[number];

/** One version of a data asset; `version` is null where there is none yet. */
export type Dataset = {
  id: string;
  name: string;
  version: string | null;
  description: string | null;
  type: DatasetType;
  /** Null where the upstream's answer held none: it costs a read of its own. */
  uri: string | null;
  tags: Tag[];
  createdAt: Date | null;
  createdBy: string | null;
  archived: boolean;
};

export type DatasetFilter = {
  nameContains?: string | null;
  type?: DatasetType | null;
  tag?: Tag | null;
  includeArchived?: boolean | null;
};

/** A file on its way in; `stream` can be read once. */
export type FileUpload = { filename: string; mimeType: string; stream: AsyncIterable<Uint8Array> };

export type DatasetUpload = {
  name: string;
  /** Null: the next free one. */
  version: string | null;
  description: string | null;
  tags: Tag[];
  file: FileUpload;
};

export type Column = { name: string; type: string };
/** Cells are strings, numbers, booleans or null. */
export type Table = { columns: Column[]; rows: unknown[][]; rowCount: number | null; truncated: boolean };
