import type { EmulatorRequest, Reply } from '../kit/server.ts';
import type { BlobStorage, StoredBlob } from './storage.ts';
import { escapeXml, xmlHeaders } from './xml.ts';

type Entry = { name: string; blob: StoredBlob | null };

/** GET `comp=list`: blobs below a prefix, folded at the delimiter, in pages that a marker joins. */
export function listContainer(storage: BlobStorage, container: string, request: EmulatorRequest): Reply {
  const query = request.url.searchParams;
  const [prefix, delimiter] = [query.get('prefix') ?? '', query.get('delimiter') ?? ''];
  const size = Math.min(Number(query.get('maxresults') ?? 5000) || 5000, 5000);
  const from = Buffer.from(query.get('marker') ?? '', 'base64url').toString('utf8');
  const entries = fold(storage.list(container, prefix), prefix, delimiter).filter(({ name }) => name >= from);
  const page = entries.slice(0, size);
  const next = entries[size];
  const withMetadata = (query.get('include') ?? '').includes('metadata');
  const items = page.map((entry) => entryXml(entry, withMetadata)).join('');
  const marker = next ? Buffer.from(next.name).toString('base64url') : '';
  const body = `<?xml version="1.0" encoding="utf-8"?><EnumerationResults ServiceEndpoint="${escapeXml(request.url.origin)}/" ContainerName="${escapeXml(container)}"><Prefix>${escapeXml(prefix)}</Prefix><Marker>${escapeXml(query.get('marker') ?? '')}</Marker><MaxResults>${size}</MaxResults><Blobs>${items}</Blobs><NextMarker>${marker}</NextMarker></EnumerationResults>`;
  return { status: 200, headers: xmlHeaders, body };
}

function fold(blobs: StoredBlob[], prefix: string, delimiter: string): Entry[] {
  if (delimiter === '') return blobs.map((blob) => ({ name: blob.name, blob }));
  const entries = new Map<string, Entry>();
  for (const blob of blobs) {
    const cut = blob.name.indexOf(delimiter, prefix.length);
    const name = cut < 0 ? blob.name : blob.name.slice(0, cut + delimiter.length);
    entries.set(name, { name, blob: cut < 0 ? blob : null });
  }
  return [...entries.values()];
}

function entryXml({ name, blob }: Entry, withMetadata: boolean): string {
  if (!blob) return `<BlobPrefix><Name>${escapeXml(name)}</Name></BlobPrefix>`;
  const metadata = Object.entries(blob.metadata)
    .map(([key, value]) => `<${key}>${escapeXml(value)}</${key}>`)
    .join('');
  const properties = [
    ['Creation-Time', new Date(blob.createdAt).toUTCString()],
    ['Last-Modified', new Date(blob.modifiedAt).toUTCString()],
    ['Etag', blob.etag.replaceAll('"', '')],
    ['Content-Length', String(blob.size)],
    ['Content-Type', escapeXml(blob.contentType)],
    ['BlobType', blob.type],
    ['LeaseStatus', 'unlocked'],
    ['LeaseState', 'available'],
  ]
    .map(([key, value]) => `<${key}>${value}</${key}>`)
    .join('');
  const shown = withMetadata ? `<Metadata>${metadata}</Metadata>` : '';
  return `<Blob><Name>${escapeXml(name)}</Name><Properties>${properties}</Properties>${shown}</Blob>`;
}
