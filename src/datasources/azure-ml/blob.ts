import { LRUCache } from 'lru-cache';
import type { CallContext } from '../../domain/callers.ts';
import { type Clock, systemClock } from '../../domain/clock.ts';
import { type Answer, type BytesCall, createUpstream, type Upstream, type UpstreamOptions } from '../http.ts';
import { type BlobAddress, type BlobPlace, containerAddress, sasAddress } from './blob-hosts.ts';
import { blobSas } from './blob-sas.ts';

export type { BlobPlace };

/** What `listSecrets` of a datastore gave; TOKEN (the caller's own, for storage) where it gave nothing. */
export type BlobCredential =
  | { kind: 'ACCOUNT_KEY'; key: string }
  | { kind: 'SAS'; sas: string }
  | { kind: 'TOKEN'; token(claims?: string): Promise<string> };

/** Bytes from `offset`, at most `length` (at least 1). */
export type BlobRange = { offset: number; length: number };
/** `total` is the blob's length now. PAST_END: nothing at `offset`; REFUSED: a SAS that does not hold (any more). */
export type BlobRead =
  | { kind: 'BYTES'; bytes: Buffer; total: number }
  | { kind: 'PAST_END' | 'MISSING' | 'REFUSED' };

/** One container for one operation. Paths are not encoded. All throw MlgraphError of the upstream `blob`. */
export type BlobContainer = {
  /** Put Block: the blob shows nothing of it before `commit`. Ids of one blob have one length. */
  putBlock(path: string, id: string, bytes: Uint8Array): Promise<void>;
  /** Put Block List: the blob is now these blocks. */
  commit(path: string, ids: readonly string[], contentType: string): Promise<void>;
  /** Put Blob. */
  put(path: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** Get Blob with a range. Never REFUSED: that throws. */
  read(path: string, range: BlobRange): Promise<BlobRead>;
};

/** The blob storage of a workspace, for all operations. */
export type BlobStore = {
  /** @throws UPSTREAM_ERROR for a place that is not of Azure Storage. */
  container(context: CallContext, place: BlobPlace, credential: BlobCredential): BlobContainer;
  /** Reads behind a SAS URL handed out by an upstream: only on Azure Storage, never with a token. */
  readUrl(context: CallContext, sasUrl: string, range: BlobRange): Promise<BlobRead>;
  /** Asks every account met so far, or the one configured host. */
  probe(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

const apiVersion = '2022-11-02';
const writeDeadlineMs = 60_000;
const sasLifeMs = 10 * 60_000;
const keptAccounts = 16;

/** `endpoint`: one host for every account (AZURE_STORAGE_BLOB_ENDPOINT); without it each account's own. */
export function createBlobStore(
  settings: { endpoint?: string | null },
  options: UpstreamOptions = {},
): BlobStore {
  const override = settings.endpoint ?? null;
  const clock = options.clock ?? systemClock;
  const accounts = new LRUCache<string, Upstream>({
    max: keptAccounts,
    dispose: (upstream) => void upstream.close(),
  });
  const upstreamAt = ({ baseUrl }: Pick<BlobAddress, 'baseUrl'>): Upstream => {
    const known = accounts.get(baseUrl);
    if (known) return known;
    const upstream = createUpstream({ name: 'blob', baseUrl }, options);
    accounts.set(baseUrl, upstream);
    return upstream;
  };

  return {
    container(context, place, credential) {
      const address = containerAddress(place, override);
      const access = accessBy(credential, address, place.container, clock);
      return openContainer(context, upstreamAt(address), address.path, access);
    },
    async readUrl(context, sasUrl, range) {
      const address = sasAddress(sasUrl, override);
      return readRange(context, upstreamAt(address), { path: address.path, accept: [403] }, range);
    },
    async probe(signal) {
      const known = [...accounts.values()];
      const asked = known.length === 0 && override ? [upstreamAt({ baseUrl: override })] : known;
      await Promise.all(asked.map((upstream) => upstream.probe(signal)));
    },
    async close() {
      const open = [...accounts.values()];
      accounts.clear();
      await Promise.all(open.map((upstream) => upstream.close()));
    },
  };
}

/** How one call shows its right: a query of its own, or a token. */
type Access = (path: string, permissions: 'r' | 'cw') => { sas: string; token?: BytesCall['token'] };

function accessBy(credential: BlobCredential, at: BlobAddress, container: string, clock: Clock): Access {
  if (credential.kind === 'TOKEN') return () => ({ sas: '', token: credential.token });
  if (credential.kind === 'SAS') return () => ({ sas: credential.sas.replace(/^\?/, '') });
  const protocol = at.baseUrl.startsWith('https:') ? 'https' : 'https,http';
  const { key } = credential;
  return (path, permissions) => {
    const expiresAt = clock.now() + sasLifeMs;
    return { sas: blobSas({ account: at.account, key, container, path, permissions, expiresAt, protocol }) };
  };
}

function openContainer(
  context: CallContext,
  upstream: Upstream,
  root: string,
  access: Access,
): BlobContainer {
  const at = (path: string, permissions: 'r' | 'cw') => {
    const { sas, token } = access(path, permissions);
    const encoded = path.split('/').map(encodeURIComponent).join('/');
    return { path: `${root}/${encoded}${sas && `?${sas}`}`, token };
  };
  const write = async (
    path: string,
    call: { query?: BytesCall['query']; headers: Record<string, string>; body: Uint8Array | string },
  ) => {
    const headers = { ...call.headers, 'x-ms-version': apiVersion, accept: 'application/xml' };
    const request = {
      ...call,
      ...at(path, 'cw'),
      headers,
      method: 'PUT',
      deadlineMs: writeDeadlineMs,
    } as const;
    await upstream.bytes(context, request);
  };
  return {
    putBlock: (path, id, body) => {
      const query = { comp: 'block', blockid: id };
      return write(path, { query, body, headers: { 'content-type': 'application/octet-stream' } });
    },
    commit: (path, ids, contentType) => {
      const list = ids.map((id) => `<Latest>${id}</Latest>`).join('');
      const body = `<?xml version="1.0" encoding="utf-8"?><BlockList>${list}</BlockList>`;
      const headers = { 'content-type': 'application/xml', 'x-ms-blob-content-type': contentType };
      return write(path, { query: { comp: 'blocklist' }, body, headers });
    },
    put: (path, body, contentType) =>
      write(path, { body, headers: { 'content-type': contentType, 'x-ms-blob-type': 'BlockBlob' } }),
    read: (path, range) => readRange(context, upstream, at(path, 'r'), range),
  };
}

async function readRange(
  context: CallContext,
  upstream: Upstream,
  target: Pick<BytesCall, 'path' | 'token' | 'accept'>,
  { offset, length }: BlobRange,
): Promise<BlobRead> {
  const headers = {
    accept: '*/*',
    'x-ms-version': apiVersion,
    'x-ms-range': `bytes=${offset}-${offset + length - 1}`,
  };
  const accept = [404, 416, ...(target.accept ?? [])];
  const answer = await upstream.bytes(context, { ...target, method: 'GET', headers, accept });
  if (answer.status === 403) return { kind: 'REFUSED' };
  if (answer.status === 404) return { kind: 'MISSING' };
  if (answer.status === 416) return { kind: 'PAST_END' };
  return { kind: 'BYTES', ...rangeIn(answer, { offset, length }) };
}

/** A server may answer a range with the whole blob (RFC 9110, 14.2). */
function rangeIn({ headers, body }: Answer<Buffer>, { offset, length }: BlobRange) {
  const total = Number(/\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1] ?? Number.NaN);
  if (!Number.isNaN(total)) return { bytes: body, total };
  return { bytes: body.subarray(offset, offset + length), total: body.length };
}
