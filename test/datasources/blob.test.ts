import {
  BlobSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { describe, expect, it } from 'vitest';
import { type BlobCredential, createBlobStore } from '../../src/datasources/azure-ml/blob.ts';
import { containerAddress, sasAddress } from '../../src/datasources/azure-ml/blob-hosts.ts';
import { blobSas } from '../../src/datasources/azure-ml/blob-sas.ts';
import { MlgraphError } from '../../src/domain/errors.ts';
import { account, accountKey, contextOf, place, startBlobs } from './blob-emulator.ts';

const path = 'LocalUpload/x 1/sales & co.csv';
const whole = { offset: 0, length: 100 };
const key = account.key;

describe('a blob SAS', () => {
  it.each(['r', 'cw'] as const)('for %s is what the official library signs', (permissions) => {
    const expiresAt = Date.UTC(2026, 4, 4, 8, 15);
    const at = { account: account.name, key, container: 'uploads', path };
    const minted = new URLSearchParams(blobSas({ ...at, permissions, expiresAt, protocol: 'https' }));
    const official = generateBlobSASQueryParameters(
      {
        version: '2022-11-02',
        protocol: 'https' as never,
        containerName: at.container,
        blobName: path,
        permissions: BlobSASPermissions.parse(permissions),
        expiresOn: new Date(expiresAt),
      },
      new StorageSharedKeyCredential(account.name, key),
    );
    expect(Object.fromEntries(minted)).toEqual(Object.fromEntries(new URLSearchParams(official.toString())));
  });
});

describe('a container', () => {
  it.each([
    ['an account key, which never leaves', accountKey],
    ['a token', { kind: 'TOKEN', token: async () => 'header.e30.signature' }],
  ] satisfies [string, BlobCredential][])('is written and read with %s', async (_, credential) => {
    await using blobs = await startBlobs();
    const container = blobs.store.container(contextOf(), place, credential);
    await container.put('small.txt', Buffer.from('small'), 'text/plain');
    await container.putBlock(path, 'MDAx', Buffer.from('Hello, '));
    await container.putBlock(path, 'MDAy', Buffer.from('world'));
    expect(await container.read(path, whole)).toEqual({ kind: 'MISSING' });
    await container.commit(path, ['MDAx', 'MDAy'], 'text/csv');

    const all = await container.read(path, whole);
    expect(all).toMatchObject({ kind: 'BYTES', total: 12 });
    expect(all.kind === 'BYTES' && all.bytes.toString()).toBe('Hello, world');
    const part = await container.read(path, { offset: 7, length: 3 });
    expect(part.kind === 'BYTES' && part.bytes.toString()).toBe('wor');
    expect(await container.read(path, { offset: 12, length: 5 })).toEqual({ kind: 'PAST_END' });
    expect((await blobs.text('small.txt')).toString()).toBe('small');

    for (const call of await blobs.calls()) {
      expect(JSON.stringify(call)).not.toContain(key);
      expect(call.headers['x-ms-version']).toBe('2022-11-02');
      if (credential.kind === 'ACCOUNT_KEY')
        expect(call.query).toContain(call.method === 'GET' ? 'sp=r&' : 'sp=cw');
      else expect(call.query).not.toContain('sig=');
    }
  });

  it('is used with a SAS as it was given, and a right it lacks is told', async () => {
    await using blobs = await startBlobs();
    const writer = blobs.store.container(contextOf(), place, accountKey);
    await writer.put('a.txt', Buffer.from('text'), 'text/plain');
    const grant = { account: account.name, key, container: place.container, path: 'a.txt' };
    const sas = blobSas({
      ...grant,
      permissions: 'r',
      expiresAt: Date.now() + 60_000,
      protocol: 'https,http',
    });
    const reader = blobs.store.container(contextOf(), place, { kind: 'SAS', sas: `?${sas}` });
    expect(await reader.read('a.txt', whole)).toMatchObject({ kind: 'BYTES', total: 4 });
    const refusal = await reader.put('a.txt', Buffer.from('other'), 'text/plain').catch((error) => error);
    expect(refusal).toMatchObject({
      code: 'FORBIDDEN',
      message: 'blob refused: its reason is AuthorizationPermissionMismatch.',
    });
    expect(JSON.stringify([refusal.message, refusal.details])).not.toMatch(/sig|127\.0/);
  });

  it('is tried again where the storage is busy', async () => {
    await using blobs = await startBlobs();
    await blobs.fault({ kind: 'status', status: 503, method: 'PUT', times: 2 });
    const container = blobs.store.container(contextOf(), place, accountKey);
    await container.put('a.txt', Buffer.from('text'), 'text/plain');
    expect(blobs.names()).toEqual(['a.txt']);
  });
});

describe('a SAS URL handed out', () => {
  it('is read, without a token; one that holds no more is told apart', async () => {
    await using blobs = await startBlobs();
    const container = blobs.store.container(contextOf(), place, accountKey);
    await container.put('log.txt', Buffer.from('line'), 'text/plain');
    const grant = {
      account: account.name,
      key,
      container: place.container,
      path: 'log.txt',
      permissions: 'r' as const,
    };
    const urlUntil = (expiresAt: number) =>
      `${blobs.url}/${account.name}/uploads/log.txt?${blobSas({ ...grant, expiresAt, protocol: 'https,http' })}`;
    expect(await blobs.store.readUrl(contextOf(), urlUntil(Date.now() + 60_000), whole)).toMatchObject({
      kind: 'BYTES',
      total: 4,
    });
    expect((await blobs.calls()).at(-1)?.headers.authorization).toBeUndefined();
    expect(await blobs.store.readUrl(contextOf(), urlUntil(Date.now() - 1_000), whole)).toEqual({
      kind: 'REFUSED',
    });
  });

  it.each([
    'https://evil.example.com/acct/c/b?sig=x',
    'https://acct.blob.core.windows.net.evil.com/c/b?sig=x',
    'https://evil.com/acct.blob.core.windows.net/c/b?sig=x',
    'http://acct.blob.core.windows.net/c/b?sig=x',
    'https://acct.blob.core.windows.net:8443/c/b?sig=x',
    'https://user@acct.blob.core.windows.net/c/b?sig=x',
    'https://acct.file.core.windows.net/c/b?sig=x',
    'not a url',
  ])('is not followed to %s', (url) => {
    expect(() => sasAddress(url, null)).toThrow(MlgraphError);
  });

  it('is followed to Azure Storage, or to the one configured host alone', () => {
    const real = 'https://acct.blob.core.windows.net/c/b.txt?sig=x';
    expect(sasAddress(real, null)).toEqual({
      account: 'acct',
      baseUrl: 'https://acct.blob.core.windows.net',
      path: '/c/b.txt?sig=x',
    });
    const host = 'http://127.0.0.1:9000/store';
    expect(sasAddress('http://127.0.0.1:9000/store/acct/c/b.txt?sig=x', host)).toEqual({
      account: 'acct',
      baseUrl: `${host}/acct`,
      path: '/c/b.txt?sig=x',
    });
    for (const url of [
      real,
      'http://127.0.0.1:9001/store/acct/c/b',
      'http://127.0.0.1:9000/store/../acct/c/b',
    ]) {
      expect(() => sasAddress(url, host)).toThrow('does not go to');
    }
  });
});

describe('a datastore’s place', () => {
  it.each([
    { ...place, endpoint: 'evil.com' },
    { ...place, account: 'evil.com/' },
    { ...place, account: 'a@b' },
    { ...place, container: '..' },
    { ...place, container: 'c/d' },
  ])('is refused where it is none of Azure Storage: %o', (bad) => {
    expect(() => containerAddress(bad, null)).toThrow(MlgraphError);
  });

  it('gives each account its own host', () => {
    expect(containerAddress(place, null).baseUrl).toBe('https://mlgraphlocal.blob.core.windows.net');
  });
});

describe('a probe', () => {
  it('asks the configured host before any account is known', async () => {
    await using blobs = await startBlobs();
    await blobs.store.probe(new AbortController().signal);
    const dead = createBlobStore({ endpoint: 'http://127.0.0.1:1' });
    await expect(dead.probe(new AbortController().signal)).rejects.toMatchObject({
      code: 'UPSTREAM_UNAVAILABLE',
    });
    await dead.close();
  });
});
