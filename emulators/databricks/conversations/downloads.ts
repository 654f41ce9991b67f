import { type EmulatorRequest, type Reply, ReplyError } from '../../kit/server.ts';
import { type Call, ok } from '../call.ts';
import { errorReply, notFound } from '../errors.ts';
import { keyOf } from '../spaces/routes.ts';
import type { Download } from '../state/downloads.ts';
import type { Workspace } from '../workspace.ts';
import { statementIdOf } from './attachments.ts';
import { newKey } from './keys.ts';
import { readyQueryOf } from './results.ts';

/** Begins to make all rows of a query ready, also those beyond the 5000. */
export function startDownload(call: Call): Reply {
  const { message, attachment, statement } = readyQueryOf(call);
  const { downloads, now } = call.workspace;
  const id = newKey();
  const statementId = statementIdOf(message, attachment);
  const { signature } = downloads.start(id, { statementId, statement, startedAt: now() });
  return ok({ download_id: id, download_id_signature: signature });
}

/** Whether the rows are ready, and the address where they are. */
export async function pollDownload(call: Call): Promise<Reply> {
  readyQueryOf(call);
  const { workspace, request, query } = call;
  const id = keyOf(call, 'download');
  const download = workspace.downloads.get(id);
  if (!download || download.signature !== query.get('download_id_signature'))
    throw notFound(`Download ${id} does not exist.`);
  const ready = workspace.now() - download.startedAt >= workspace.pace.state;
  const { statementId: statement_id } = download;
  if (!ready) return ok({ statement_response: { statement_id, status: { state: 'RUNNING' } } });
  const { rows } = await workspace.warehouse.runWhole(download.statement);
  const link = {
    external_link: `${request.url.origin}/downloads/${id}?sig=${download.key}`,
    expiration: new Date(download.startedAt + lifetime).toISOString(),
    row_count: rows.length,
    byte_count: Buffer.byteLength(JSON.stringify(rows)),
    chunk_index: 0,
    row_offset: 0,
  };
  const status = { state: 'SUCCEEDED' };
  return ok({ statement_response: { statement_id, status, result: { external_links: [link] } } });
}

const lifetime = 15 * 60_000;

/** The rows themselves, for whoever has the link; a token is refused, as the storage does. Null: not a link. */
export async function linkedRows(workspace: Workspace, request: EmulatorRequest): Promise<Reply | null> {
  const [, id = ''] = /^\/downloads\/([0-9a-f]{32})$/.exec(request.path) ?? [];
  if (request.method !== 'GET' || id === '') return null;
  if (request.headers.authorization) throw refused(400);
  const download = workspace.downloads.get(id);
  if (!download || !isOpen(workspace, download, request)) throw refused(403);
  return ok((await workspace.warehouse.runWhole(download.statement)).rows);
}

const isOpen = ({ now }: Workspace, { key, startedAt }: Download, { url }: EmulatorRequest): boolean =>
  url.searchParams.get('sig') === key && now() < startedAt + lifetime;

const refused = (status: number) =>
  new ReplyError(errorReply(status, 'ACCESS_DENIED', 'The link is not valid, or no longer.'));
