import { MlgraphError, notFound } from '../../domain/errors.ts';
import type { BlobContainer } from './blob.ts';
import { columnsIn, firstLine, longestHeader } from './delimited.ts';
import { type DelimitedTable, readMLTable } from './mltable.ts';

const longestMLTable = 64 * 1024;

/** A place in one of a workspace's datastores; `path` without slashes at its ends. */
export type DatastorePath = { datastore: string; path: string };
/** As ARM ids name it: compared without regard to case. */
export type WorkspaceName = { subscriptionId: string; resourceGroup: string; workspace: string };

const short = /^azureml:\/\/datastores\/([^/]+)\/paths\/(.*)$/i;
const long =
  /^azureml:\/\/subscriptions\/([^/]+)\/resourcegroups\/([^/]+)(?:\/providers\/Microsoft\.MachineLearningServices)?\/workspaces\/([^/]+)\/datastores\/([^/]+)\/paths\/(.*)$/i;

/** Reads a datastore URI of this workspace, in its short or long form; null for any other. */
export function datastorePath(uri: string, home: WorkspaceName): DatastorePath | null {
  const [, ...parts] = long.exec(uri) ?? [];
  const [subscription, group, workspace, ...own] = parts;
  const names = [home.subscriptionId, home.resourceGroup, home.workspace];
  const here = [subscription, group, workspace].every(
    (name, index) => name?.toLowerCase() === names[index]?.toLowerCase(),
  );
  const [datastore, path] = here ? own : (short.exec(uri)?.slice(1) ?? []);
  if (!datastore || path === undefined) return null;
  return { datastore, path: path.replace(/^\/+|\/+$/g, '') };
}

export type TableHeader = { columns: string[]; delimiter: string };

/**
 * The header of a TABLE dataset: its folder's MLTable names the first file, whose first 64 KiB hold the header.
 * `containerOf` opens one of the workspace's own datastores.
 * @throws BAD_USER_INPUT where the data lies elsewhere or is no delimited table, NOT_FOUND where it is gone.
 */
export async function readTableHeader(
  uri: string,
  home: WorkspaceName,
  containerOf: (datastore: string) => Promise<BlobContainer>,
): Promise<TableHeader> {
  const place = datastorePath(uri, home);
  if (!place) throw unreadable('its data lies outside this workspace’s datastores');
  const container = await containerOf(place.datastore);
  const folder = place.path && `${place.path}/`;
  const text = await readStart(container, `${folder}MLTable`, longestMLTable);
  const table = readMLTable(text.bytes.toString('utf8'));
  if (!table) throw unreadable('its MLTable names no single delimited file');
  const head = await readStart(container, `${folder}${table.file}`, longestHeader);
  return headerIn(head, table);
}

type Start = { bytes: Buffer; complete: boolean };

async function readStart(container: BlobContainer, path: string, length: number): Promise<Start> {
  const read = await container.read(path, { offset: 0, length });
  if (read.kind === 'BYTES') return { bytes: read.bytes, complete: read.total <= length };
  if (read.kind === 'MISSING') throw notFound('The dataset’s files are no longer there.');
  return { bytes: Buffer.alloc(0), complete: true };
}

function headerIn({ bytes, complete }: Start, { delimiter, hasHeader }: DelimitedTable): TableHeader {
  const first = firstLine(bytes, complete);
  if (!first) throw unreadable(bytes.length > 0 ? 'its first line is too long' : 'its file is empty');
  const columns = readColumns(first.line, delimiter);
  // Without a header, Azure ML numbers the columns.
  return { delimiter, columns: hasHeader ? columns : columns.map((_, index) => `Column${index + 1}`) };
}

function readColumns(line: Uint8Array, delimiter: string): string[] {
  try {
    return columnsIn(line, delimiter);
  } catch {
    throw unreadable('its first line is not delimited UTF-8 text');
  }
}

const unreadable = (why: string) =>
  new MlgraphError('BAD_USER_INPUT', `The columns of this dataset cannot be read: ${why}.`);
