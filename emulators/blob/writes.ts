import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { BlobAddress, BlobProperties, BlobStorage, StagedBlock, StoredBlob } from './storage.ts';
import { refuse, unescapeXml } from './xml.ts';

const written = (status: number, blob?: StoredBlob): Reply => ({
  status,
  headers: {
    'x-ms-request-server-encrypted': 'true',
    ...(blob ? { etag: blob.etag, 'last-modified': new Date(blob.modifiedAt).toUTCString() } : {}),
  },
});

/** PUT of a whole blob. */
export async function putBlob(
  storage: BlobStorage,
  at: BlobAddress,
  request: EmulatorRequest,
): Promise<Reply> {
  if (request.headers['x-ms-blob-type'] !== 'BlockBlob')
    throw refuse(400, 'InvalidHeaderValue', 'x-ms-blob-type: only BlockBlob is supported here.');
  checkConditions(storage.get(at), request);
  return written(201, await storage.put(at, request.raw, propertiesOf(request)));
}

/** PUT `comp=block`. */
export async function putBlock(
  storage: BlobStorage,
  at: BlobAddress,
  request: EmulatorRequest,
): Promise<Reply> {
  const id = request.url.searchParams.get('blockid');
  if (!id) throw refuse(400, 'MissingRequiredQueryParameter', 'blockid is required.');
  const [other] = storage.staged(at);
  if (other && other.id.length !== id.length)
    throw refuse(400, 'InvalidBlobOrBlock', 'All block ids of a blob must have the same length.');
  await storage.stage(at, id, request.raw);
  return written(201);
}

/** PUT `comp=blocklist`: from here on the blob exists. */
export async function putBlockList(
  storage: BlobStorage,
  at: BlobAddress,
  request: EmulatorRequest,
): Promise<Reply> {
  const body = (await request.body()).toString('utf8');
  const before = storage.get(at);
  checkConditions(before, request);
  const find = (list: StagedBlock[], id: string) => list.find((block) => block.id === id);
  const sources: Record<string, (id: string) => StagedBlock | undefined> = {
    Latest: (id) => find(storage.staged(at), id) ?? find(before?.blocks ?? [], id),
    Uncommitted: (id) => find(storage.staged(at), id),
    Committed: (id) => find(before?.blocks ?? [], id),
  };
  const blocks = [...body.matchAll(/<(Latest|Uncommitted|Committed)>([^<]*)<\/\1>/g)].map(([, kind, id]) => {
    const block = sources[String(kind)]?.(unescapeXml(String(id)));
    if (!block) throw refuse(400, 'InvalidBlockList', 'The specified block list is invalid.');
    return block;
  });
  return written(201, await storage.commit(at, blocks, propertiesOf(request)));
}

/** PUT `comp=metadata`. */
export const putMetadata = (storage: BlobStorage, blob: StoredBlob, request: EmulatorRequest): Reply =>
  written(200, storage.setMetadata(blob, metadataOf(request)));

/** Throws 409 or 412 where `If-None-Match` or `If-Match` forbid the write. */
function checkConditions(before: StoredBlob | undefined, request: EmulatorRequest): void {
  const match = request.headers['if-match'];
  if (request.headers['if-none-match'] === '*' && before)
    throw refuse(409, 'BlobAlreadyExists', 'The specified blob already exists.');
  if (match && match !== '*' && match !== before?.etag)
    throw refuse(
      412,
      'ConditionNotMet',
      'The condition specified using HTTP conditional header(s) is not met.',
    );
}

const propertiesOf = (request: EmulatorRequest): BlobProperties => ({
  contentType: String(
    request.headers['x-ms-blob-content-type'] ??
      request.headers['content-type'] ??
      'application/octet-stream',
  ),
  metadata: metadataOf(request),
});

function metadataOf({ headers }: EmulatorRequest): Record<string, string> {
  const prefix = 'x-ms-meta-';
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), String(value)]),
  );
}
