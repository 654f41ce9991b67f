import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openStore } from '../../emulators/azure-ml/state/store.ts';
import { serveBlob } from '../../emulators/blob/service.ts';
import { openBlobStorage } from '../../emulators/blob/storage.ts';
import { startEmulator } from '../../emulators/kit/server.ts';
import { type BlobCredential, createBlobStore } from '../../src/datasources/azure-ml/blob.ts';
import type { CallContext } from '../../src/domain/callers.ts';

export const account = { name: 'mlgraphlocal', key: Buffer.alloc(64, 7).toString('base64') };
export const accountKey: BlobCredential = { kind: 'ACCOUNT_KEY', key: account.key };
export const place = { account: account.name, endpoint: 'core.windows.net', container: 'uploads' };

export const contextOf = (signal: AbortSignal = new AbortController().signal): CallContext => ({
  signal,
  requestId: 'operation-1',
  traceparent: '',
});

type Call = { method: string; path: string; query: string; headers: Record<string, string> };

/** The blob emulator alone, over HTTP. Any well-formed bearer token is Ada's. */
export async function startBlobs() {
  const home = await mkdtemp(path.join(tmpdir(), 'blobs-'));
  const state = openStore(home);
  const storage = openBlobStorage(home, state);
  storage.createContainer(place.container);
  const authority = {
    people: [{ oid: 'ada', name: 'Ada', email: 'ada@example.com', role: 'data-scientist' }],
    verify: () => ({ oid: 'ada', tid: 't' }),
    callerName: () => 'Ada',
  } as never;
  const emulator = await startEmulator({
    name: 'blob',
    handle: (request) => serveBlob({ account, storage, authority, now: Date.now }, request),
    callerOf: () => null,
  });
  const store = createBlobStore({ endpoint: emulator.url }, { random: () => 0 });
  const calls = async () => {
    const answer = await fetch(`${emulator.url}/_control/calls`);
    return ((await answer.json()) as { calls: Call[] }).calls;
  };
  return {
    url: emulator.url,
    store,
    calls,
    fault: (body: object) =>
      fetch(`${emulator.url}/_control/faults`, { method: 'POST', body: JSON.stringify(body) }),
    /** Names of the blobs that are there to see. */
    names: () => storage.list(place.container, '').map(({ name }) => name),
    stagedBytes: (name: string) =>
      storage.staged({ container: place.container, name }).reduce((sum, { size }) => sum + size, 0),
    async text(name: string) {
      const blob = storage.get({ container: place.container, name });
      const chunks: Uint8Array[] = [];
      if (blob) for await (const chunk of storage.read(blob)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      await emulator.close();
      state.close();
      await rm(home, { recursive: true });
    },
  };
}
