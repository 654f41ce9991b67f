import { createHash, randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Collection, Store } from '../azure-ml/state/store.ts';
import { openSegmentFiles, type Segment, type SegmentFiles } from './segments.ts';

/** `at`: when it was staged, in milliseconds since the epoch. */
export type StagedBlock = Segment & { id: string; at: number };
export type BlobProperties = { contentType: string; metadata: Record<string, string> };
/** A committed blob: its segments one after the other are its content. Times in milliseconds since the epoch. */
export type StoredBlob = BlobProperties & {
  container: string;
  name: string;
  type: 'BlockBlob' | 'AppendBlob';
  segments: Segment[];
  blocks: StagedBlock[];
  size: number;
  etag: string;
  createdAt: number;
  modifiedAt: number;
};
export type BlobAddress = { container: string; name: string };

/** Containers and blobs of one storage account. */
export type BlobStorage = {
  createContainer(name: string): boolean;
  hasContainer(name: string): boolean;
  get(at: BlobAddress): StoredBlob | undefined;
  /** In ordinal order of names, as the service lists. */
  list(container: string, prefix: string): StoredBlob[];
  /** Blocks that wait for a block list. */
  staged(at: BlobAddress): StagedBlock[];
  put(at: BlobAddress, content: AsyncIterable<Uint8Array>, properties: BlobProperties): Promise<StoredBlob>;
  stage(at: BlobAddress, blockId: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Makes these blocks the blob; whatever else was staged or stood there is gone. */
  commit(at: BlobAddress, blocks: StagedBlock[], properties: BlobProperties): Promise<StoredBlob>;
  /** Adds to the end; creates the blob at the first call. */
  append(at: BlobAddress, text: string): StoredBlob;
  setMetadata(blob: StoredBlob, metadata: Record<string, string>): StoredBlob;
  delete(blob: StoredBlob): Promise<void>;
  /** Bytes from `start` up to and without `end`. */
  read(blob: StoredBlob, start?: number, end?: number): AsyncIterable<Uint8Array>;
};

type State = {
  files: SegmentFiles;
  blobs: Collection<StoredBlob>;
  blocks: Collection<StagedBlock[]>;
  now: () => number;
};

/** Opens the account kept below `home`. */
export function openBlobStorage(home: string, store: Store, now: () => number = Date.now): BlobStorage {
  const containers = store.collection<{ createdAt: number }>('container');
  const state: State = {
    files: openSegmentFiles(path.join(home, 'blobs')),
    blobs: store.collection('blob'),
    blocks: store.collection('block'),
    now,
  };
  dropOldBlocks(state);
  state.files.keepOnly(knownFiles(state));
  return {
    createContainer: (name) => {
      if (containers.has(name)) return false;
      containers.put(name, { createdAt: now() });
      return true;
    },
    hasContainer: (name) => containers.has(name),
    get: (at) => state.blobs.get(keyOf(at)),
    list: (container, prefix) =>
      [...state.blobs.values()]
        .filter((blob) => blob.container === container && blob.name.startsWith(prefix))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    staged: (at) => state.blocks.get(keyOf(at)) ?? [],
    put: async (at, content, properties) =>
      await replace(state, at, [{ ...(await state.files.write(content)), id: '', at: now() }], properties),
    stage: (at, blockId, content) => stage(state, at, blockId, content),
    commit: (at, blocks, properties) => replace(state, at, blocks, properties),
    append: (at, text) => append(state, at, text),
    setMetadata: (blob, metadata) =>
      state.blobs.put(keyOf(blob), { ...blob, metadata, etag: newEtag(), modifiedAt: now() }),
    delete: async (blob) => {
      state.blobs.delete(keyOf(blob));
      await state.files.remove(blob.segments);
    },
    read: (blob, start = 0, end = blob.size) => state.files.read(blob.segments, start, end),
  };
}

const keyOf = ({ container, name }: BlobAddress) => `${container}/${name}`;
const newEtag = () =>
  `"0x${createHash('sha1').update(randomUUID()).digest('hex').slice(0, 15).toUpperCase()}"`;
const totalSize = (segments: Segment[]) => segments.reduce((sum, segment) => sum + segment.size, 0);

/** Blocks that nobody committed vanish after about a week. */
function dropOldBlocks({ blocks, now }: State): void {
  const oldest = now() - 7 * 86_400_000;
  for (const [key, staged] of [...blocks.entries()]) {
    const young = staged.filter((block) => block.at >= oldest);
    if (young.length === 0) blocks.delete(key);
    else if (young.length < staged.length) blocks.put(key, young);
  }
}

function knownFiles({ blobs, blocks }: State): Set<string> {
  const known = new Set<string>();
  for (const blob of blobs.values()) for (const { file } of blob.segments) known.add(file);
  for (const staged of blocks.values()) for (const { file } of staged) known.add(file);
  return known;
}

async function stage(state: State, at: BlobAddress, id: string, content: AsyncIterable<Uint8Array>) {
  const block = { ...(await state.files.write(content)), id, at: state.now() };
  const staged = state.blocks.get(keyOf(at)) ?? [];
  state.blocks.put(keyOf(at), [...staged.filter((other) => other.id !== id), block]);
  await state.files.remove(staged.filter((other) => other.id === id));
}

async function replace(
  state: State,
  at: BlobAddress,
  blocks: StagedBlock[],
  properties: BlobProperties,
): Promise<StoredBlob> {
  const before = state.blobs.get(keyOf(at));
  const earlier = [...(before?.segments ?? []), ...(state.blocks.get(keyOf(at)) ?? [])];
  const blob = state.blobs.put(keyOf(at), {
    ...at,
    ...properties,
    type: 'BlockBlob',
    segments: blocks.map(({ file, size }) => ({ file, size })),
    blocks: blocks.filter((block) => block.id !== ''),
    size: totalSize(blocks),
    etag: newEtag(),
    createdAt: before?.createdAt ?? state.now(),
    modifiedAt: state.now(),
  });
  state.blocks.delete(keyOf(at));
  const kept = new Set(blocks.map((block) => block.file));
  await state.files.remove(earlier.filter((segment) => !kept.has(segment.file)));
  return blob;
}

function append(state: State, at: BlobAddress, text: string): StoredBlob {
  const before = state.blobs.get(keyOf(at));
  const earlier = before?.segments ?? [];
  const segments = [...earlier.slice(0, -1), state.files.append(earlier.at(-1), text)];
  return state.blobs.put(keyOf(at), {
    contentType: 'text/plain',
    metadata: {},
    createdAt: state.now(),
    ...before,
    container: at.container,
    name: at.name,
    type: 'AppendBlob',
    segments,
    blocks: [],
    size: totalSize(segments),
    etag: newEtag(),
    modifiedAt: state.now(),
  });
}
