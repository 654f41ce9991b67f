import { Readable } from 'node:stream';
import {
  type BlobClient,
  BlobSASPermissions,
  BlobServiceClient,
  BlockBlobClient,
  ContainerClient,
  ContainerSASPermissions,
  generateBlobSASQueryParameters,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, startTestWorkspace, type TestWorkspace } from './support/azure-ml.ts';
import { uploads } from './support/azure-ml-data.ts';

let workspace: TestWorkspace;
let container: ContainerClient;
beforeAll(async () => {
  workspace = await startTestWorkspace();
  container = await uploads(workspace);
});
afterAll(() => workspace[Symbol.asyncDispose]());

const refused = async (promise: Promise<unknown>): Promise<[number, string]> => {
  const error = await promise.then(
    () => null,
    (thrown: { statusCode: number; code: string }) => thrown,
  );
  if (!error) throw new Error('it was not refused');
  return [error.statusCode, error.code];
};
const textOf = async (blob: BlobClient, offset?: number, count?: number) => {
  const { readableStreamBody } = await blob.download(offset, count);
  const chunks = await collect(readableStreamBody as AsyncIterable<Buffer>);
  return Buffer.concat(chunks).toString();
};

describe('writing and reading, with the account key', () => {
  it('keeps content, type and metadata', async () => {
    const blob = container.getBlockBlobClient('a folder/ä & b.txt');
    await blob.upload('hello', 5, {
      blobHTTPHeaders: { blobContentType: 'text/csv' },
      metadata: { who: 'ada' },
    });
    expect(await textOf(blob)).toBe('hello');
    const found = await blob.getProperties();
    expect(found).toMatchObject({
      contentLength: 5,
      contentType: 'text/csv',
      metadata: { who: 'ada' },
      blobType: 'BlockBlob',
    });
    await blob.setMetadata({ who: 'ben' });
    expect((await blob.getProperties()).metadata).toEqual({ who: 'ben' });
    await blob.delete();
    expect(await blob.exists()).toBe(false);
    expect(await refused(blob.delete())).toEqual([404, 'BlobNotFound']);
  });

  it('does not overwrite what must not be there, nor what has changed', async () => {
    const blob = container.getBlockBlobClient('once');
    const first = await blob.upload('1', 1, { conditions: { ifNoneMatch: '*' } });
    expect(await refused(blob.upload('2', 1, { conditions: { ifNoneMatch: '*' } }))).toEqual([
      409,
      'BlobAlreadyExists',
    ]);
    const second = await blob.upload('3', 1, { conditions: { ifMatch: first.etag } });
    expect(second.etag).not.toBe(first.etag);
    expect(await refused(blob.upload('4', 1, { conditions: { ifMatch: first.etag } }))).toEqual([
      412,
      'ConditionNotMet',
    ]);
    expect(await textOf(blob)).toBe('3');
  });

  it('reads ranges over the borders of blocks, and refuses those past the end', async () => {
    const blob = container.getBlockBlobClient('blocks');
    const content = Buffer.from(Array.from({ length: 3000 }, (_, index) => index % 251));
    await blob.uploadStream(Readable.from([content.subarray(0, 700), content.subarray(700)]), 1024, 2);
    expect((await blob.getProperties()).contentLength).toBe(3000);
    expect(await blob.downloadToBuffer()).toEqual(content);
    expect(await blob.downloadToBuffer(1000, 1100)).toEqual(content.subarray(1000, 2100));
    const blocks = await blob.getBlockList('all');
    expect([blocks.committedBlocks?.length, blocks.uncommittedBlocks?.length]).toEqual([3, 0]);
    expect(await refused(blob.download(3000))).toEqual([416, 'InvalidRange']);
    expect((await blob.download(2990, 500)).contentRange).toBe('bytes 2990-2999/3000');
  });

  it('shows nothing of blocks that are not committed, and takes no list of unknown ones', async () => {
    const blob = container.getBlockBlobClient('half');
    const id = Buffer.from('block-01').toString('base64');
    await blob.stageBlock(id, 'half', 4);
    expect(await blob.exists()).toBe(false);
    expect((await blob.getBlockList('uncommitted')).uncommittedBlocks).toMatchObject([{ name: id, size: 4 }]);
    expect(await refused(blob.commitBlockList([Buffer.from('block-02').toString('base64')]))).toEqual([
      400,
      'InvalidBlockList',
    ]);
    expect(await refused(blob.stageBlock(Buffer.from('no').toString('base64'), 'x', 1))).toEqual([
      400,
      'InvalidBlobOrBlock',
    ]);
    await blob.commitBlockList([id, id]);
    expect(await textOf(blob)).toBe('halfhalf');
  });

  it('lists by prefix, by folder and in pages', async () => {
    for (const name of ['list/a', 'list/b/1', 'list/b/2', 'list/c <&>', 'other']) {
      await container.getBlockBlobClient(name).upload(name, name.length);
    }
    const flat = await collect(container.listBlobsFlat({ prefix: 'list/' }));
    expect(flat.map(({ name }) => name)).toEqual(['list/a', 'list/b/1', 'list/b/2', 'list/c <&>']);
    expect(flat[0]?.properties).toMatchObject({
      contentLength: 6,
      blobType: 'BlockBlob',
      lastModified: expect.any(Date),
    });
    const pages = await collect(container.listBlobsFlat({ prefix: 'list/' }).byPage({ maxPageSize: 3 }));
    expect(pages.map((page) => page.segment.blobItems.length)).toEqual([3, 1]);
    const folded = await collect(container.listBlobsByHierarchy('/', { prefix: 'list/' }));
    expect(folded.map(({ kind, name }) => [kind, name])).toEqual([
      ['prefix', 'list/b/'],
      ['blob', 'list/a'],
      ['blob', 'list/c <&>'],
    ]);
  });

  it('drops an upload that breaks off', async () => {
    const blob = container.getBlockBlobClient('broken');
    const source = Readable.from(
      (async function* () {
        yield Buffer.alloc(2000);
        throw new Error('the sender left');
      })(),
    );
    await expect(blob.uploadStream(source, 1024, 1)).rejects.toThrow('the sender left');
    expect(await blob.exists()).toBe(false);
  });
});

describe('who may', () => {
  const credential = () =>
    new StorageSharedKeyCredential(workspace.ml.account.name, workspace.ml.account.key);
  const sas = (o: { name?: string; permissions: string; minutes?: number; startsIn?: number }) => {
    const at = Date.now();
    const times = {
      expiresOn: new Date(at + (o.minutes ?? 10) * 60_000),
      ...(o.startsIn === undefined ? {} : { startsOn: new Date(at + o.startsIn * 60_000) }),
    };
    const place = { containerName: container.containerName, blobName: o.name };
    const permissions = o.name
      ? BlobSASPermissions.parse(o.permissions)
      : ContainerSASPermissions.parse(o.permissions);
    return generateBlobSASQueryParameters({ ...place, ...times, permissions }, credential()).toString();
  };
  const by = (name: string, query: string) =>
    new BlockBlobClient(`${container.getBlobClient(name).url}?${query}`);

  it('lets a SAS do what its letters say, on its blob', async () => {
    await by('sas', sas({ name: 'sas', permissions: 'c' })).upload('one', 3);
    expect(await textOf(by('sas', sas({ name: 'sas', permissions: 'r' })))).toBe('one');
    const cases: [string, string][] = [
      ['to create is not to overwrite', sas({ name: 'sas', permissions: 'c' })],
      ['to read is not to write', sas({ name: 'sas', permissions: 'r' })],
    ];
    for (const [, query] of cases)
      expect(await refused(by('sas', query).upload('two', 3))).toEqual([
        403,
        'AuthorizationPermissionMismatch',
      ]);
    const other = by('other-blob', sas({ name: 'sas', permissions: 'rcw' }));
    expect(await refused(other.upload('two', 3))).toEqual([403, 'AuthenticationFailed']);
  });

  it('lets a SAS of the container list and read all in it', async () => {
    await by('in-container', sas({ name: 'in-container', permissions: 'cw' })).upload('x', 1);
    const all = new ContainerClient(`${container.url}?${sas({ permissions: 'rl' })}`);
    expect((await collect(all.listBlobsFlat({ prefix: 'in-' }))).map(({ name }) => name)).toEqual([
      'in-container',
    ]);
    expect(await textOf(all.getBlobClient('in-container'))).toBe('x');
    const one = new ContainerClient(`${container.url}?${sas({ name: 'in-container', permissions: 'r' })}`);
    expect((await refused(collect(one.listBlobsFlat())))[0]).toBe(403);
  });

  it('refuses a SAS out of its time, or changed, or signed with another key', async () => {
    const read = (query: string) => refused(by('sas', query).download());
    const good = sas({ name: 'sas', permissions: 'r' });
    const failed = [403, 'AuthenticationFailed'];
    expect(await read(sas({ name: 'sas', permissions: 'r', minutes: -1 }))).toEqual(failed);
    expect(await read(sas({ name: 'sas', permissions: 'r', startsIn: 5 }))).toEqual(failed);
    expect(await read(good.replace('sp=r', 'sp=rw'))).toEqual(failed);
    expect(await read(good.replace(/se=2/, 'se=3'))).toEqual(failed);
    const forged = new StorageSharedKeyCredential(
      workspace.ml.account.name,
      Buffer.alloc(64).toString('base64'),
    );
    const service = new BlobServiceClient(`${workspace.ml.blob.url}/${workspace.ml.account.name}`, forged);
    expect(await refused(service.getContainerClient(container.containerName).getProperties())).toEqual(
      failed,
    );
  });

  it('lets people with a right in by their token, and Olaf not', async () => {
    const url = container.getBlobClient('by-token').url;
    const headers = (person: string, audience = 'https://storage.azure.com') => ({
      authorization: `Bearer ${workspace.token(person, audience)}`,
      'x-ms-blob-type': 'BlockBlob',
    });
    const put = async (sent: Record<string, string>) => {
      const answer = await fetch(url, { method: 'PUT', headers: sent, body: 'x' });
      return [answer.status, answer.headers.get('x-ms-error-code')];
    };
    expect(await put(headers('Ada'))).toEqual([201, null]);
    expect(await put(headers('Grace'))).toEqual([201, null]);
    expect(await put(headers('Olaf'))).toEqual([403, 'AuthorizationPermissionMismatch']);
    expect(await put(headers('Ada', 'https://management.azure.com'))).toEqual([
      401,
      'InvalidAuthenticationInfo',
    ]);
    expect(await put({ 'x-ms-blob-type': 'BlockBlob' })).toEqual([401, 'NoAuthenticationInformation']);
    const both = await fetch(`${url}?${sas({ name: 'by-token', permissions: 'r' })}`, {
      headers: headers('Ada'),
    });
    expect(both.status).toBe(403);
  });

  it('names who called, and hides the signature', async () => {
    await fetch(`${workspace.ml.blob.url}/_control/calls`, { method: 'DELETE' });
    await by('sas', sas({ name: 'sas', permissions: 'r' })).getProperties();
    await container.getBlobClient('sas').getProperties();
    const { calls } = await (await fetch(`${workspace.ml.blob.url}/_control/calls`)).json();
    expect(calls.map((call: { caller: string }) => call.caller)).toEqual(['sas', 'shared-key']);
    expect(calls[0].query).toContain('sig=[hidden]');
  });

  it('answers a fault in the form of the storage service', async () => {
    const fault = { kind: 'status', status: 503, times: 1 };
    await fetch(`${workspace.ml.blob.url}/_control/faults`, { method: 'POST', body: JSON.stringify(fault) });
    const answer = await fetch(container.url);
    expect([answer.status, answer.headers.get('x-ms-error-code')]).toEqual([503, 'ServerBusy']);
    expect(await answer.text()).toContain('<Code>ServerBusy</Code>');
  });
});
