import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { BlobStorage, StagedBlock, StoredBlob } from './storage.ts';
import { escapeXml, refuse, xmlHeaders } from './xml.ts';

const httpDate = (at: number) => new Date(at).toUTCString();

/** What every answer about a blob tells of it. */
export function blobHeaders(blob: StoredBlob): Record<string, string> {
  const metadata = Object.entries(blob.metadata).map(([name, value]) => [`x-ms-meta-${name}`, value]);
  return {
    ...Object.fromEntries(metadata),
    'content-type': blob.contentType,
    etag: blob.etag,
    'last-modified': httpDate(blob.modifiedAt),
    'x-ms-creation-time': httpDate(blob.createdAt),
    'x-ms-blob-type': blob.type,
    'x-ms-lease-status': 'unlocked',
    'x-ms-lease-state': 'available',
    'x-ms-server-encrypted': 'true',
    'accept-ranges': 'bytes',
  };
}

/** GET: the whole blob, or the range that `x-ms-range` or `Range` asks for. */
export function readBlob(storage: BlobStorage, blob: StoredBlob, request: EmulatorRequest): Reply {
  const range = rangeOf(request, blob.size);
  if (!range)
    return {
      status: 200,
      headers: { ...blobHeaders(blob), 'content-length': String(blob.size) },
      body: storage.read(blob),
    };
  return {
    status: 206,
    headers: {
      ...blobHeaders(blob),
      'content-length': String(range.end - range.start),
      'content-range': `bytes ${range.start}-${range.end - 1}/${blob.size}`,
    },
    body: storage.read(blob, range.start, range.end),
  };
}

function rangeOf(request: EmulatorRequest, size: number): { start: number; end: number } | null {
  const header = request.headers['x-ms-range'] ?? request.headers.range;
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(String(header ?? '')) ?? [];
  if (first === undefined) return null;
  const start = Number(first);
  const end = Math.min(last ? Number(last) + 1 : size, size);
  if (start >= size || end <= start)
    throw refuse(416, 'InvalidRange', 'The range specified is invalid for the current size of the resource.');
  return { start, end };
}

/** GET `comp=blocklist`: committed and staged blocks. */
export function listBlocks(blob: StoredBlob | undefined, staged: StagedBlock[]): Reply {
  const block = ({ id, size }: StagedBlock) =>
    `<Block><Name>${escapeXml(id)}</Name><Size>${size}</Size></Block>`;
  const committed = (blob?.blocks ?? []).map(block).join('');
  const body = `<?xml version="1.0" encoding="utf-8"?><BlockList><CommittedBlocks>${committed}</CommittedBlocks><UncommittedBlocks>${staged.map(block).join('')}</UncommittedBlocks></BlockList>`;
  return { status: 200, headers: xmlHeaders, body };
}
