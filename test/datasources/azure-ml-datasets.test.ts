import { describe, expect, it } from 'vitest';
import type { FileUpload } from '../../src/domain/datasets.ts';
import { type Answers, fails, failureOf, ok, page, root, startWorkspace } from './support/workspace.ts';

const systemData = { createdBy: 'Ada Moe', createdAt: '2026-05-04T08:15:30.1234567Z' };
const container = (name: string, properties: object = {}) => ({
  name,
  properties: { dataType: 'mltable', latestVersion: '2', nextVersion: '3', tags: {}, ...properties },
  systemData,
});
const version = (name: string, properties: object = {}) => ({
  name,
  properties: { dataType: 'mltable', dataUri: 'azureml://datastores/d/paths/x/', tags: {}, ...properties },
  systemData,
});
const namesIn = (found: { edges: { node: { name: string } }[] }) => found.edges.map(({ node }) => node.name);

describe('lists of datasets', () => {
  it('go page by page, with filters that ARM lacks', async () => {
    const sales = container('sales-north', { tags: { team: 'north' }, description: 'daily' });
    await using workspace = await startWorkspace({
      'GET arm /data': ({ query }) =>
        query.get('$skip') === 'more'
          ? { body: { value: [container('SALES-south'), container('people', { dataType: 'uri_file' })] } }
          : { body: { value: [sales], nextLink: `${workspace.url}${root}/data?api-version=x&$skip=more` } },
    });
    const list = (filter: object, after?: string | null) =>
      workspace.as('ada').listDatasets(filter, page({ first: 1, after }));
    const first = await list({ nameContains: 'sales' });
    const second = await list({ nameContains: 'sales' }, first.endCursor);
    expect([first, second].map(namesIn)).toEqual([['sales-north'], ['SALES-south']]);
    expect(first.edges[0]?.node).toEqual({
      id: expect.any(String),
      name: 'sales-north',
      version: '2',
      description: 'daily',
      type: 'TABLE',
      uri: null,
      tags: [{ name: 'team', value: 'north' }],
      createdAt: new Date('2026-05-04T08:15:30.123Z'),
      createdBy: 'Ada Moe',
      archived: false,
    });
    expect(namesIn(await list({ type: 'FILE' }))).toEqual(['people']);
    expect(namesIn(await list({ tag: { name: 'team', value: 'north' } }))).toEqual(['sales-north']);
    const views = workspace.received.map(({ url }) =>
      new URL(url, 'http://x').searchParams.get('listViewType'),
    );
    expect(new Set(views)).toEqual(new Set(['ActiveOnly']));
    await list({ includeArchived: true });
    expect(workspace.received.at(-1)?.url).toContain('listViewType=All');
  });

  it.each([
    ['another host', 'https://evil.example/data?$skip=more'],
    ['no place to go on', '/data?api-version=x'],
    ['no address', '::'],
  ])('do not follow a next page with %s', async (_, nextLink) => {
    await using workspace = await startWorkspace({
      'GET arm /data': ok({ value: [container('sales')], nextLink }),
    });
    const failure = await failureOf(workspace.as('ada').listDatasets({}, page()));
    expect(failure).toMatchObject({ code: 'UPSTREAM_ERROR', details: { upstream: 'arm' } });
    expect(workspace.received).toHaveLength(1);
  });
});

describe('one dataset', () => {
  const answers: Answers = {
    'GET arm /data/sales': ok(container('sales')),
    'GET arm /data/empty': ok(container('empty', { latestVersion: null })),
    'GET arm /data/sales/versions/2': ok(version('2', { isArchived: true })),
    'GET arm /data/sales/versions': ok({ value: [version('2'), version('1')] }),
  };

  it('is its latest version, or the one asked for', async () => {
    await using workspace = await startWorkspace(answers);
    const azureML = workspace.as('ada');
    const latest = await azureML.getDataset('sales', null);
    expect(latest).toMatchObject({ version: '2', uri: 'azureml://datastores/d/paths/x/', archived: true });
    expect(await azureML.getDataset('sales', '2')).toEqual(latest);
    const uris = await Promise.all(['2', '2'].map((number) => azureML.datasetUri('sales', number)));
    expect(uris).toEqual([latest.uri, latest.uri]);
    expect(workspace.routes()).toEqual(['GET arm /data/sales', 'GET arm /data/sales/versions/2']);
  });

  it('has versions, also archived ones', async () => {
    await using workspace = await startWorkspace(answers);
    const found = await workspace.as('ada').listDatasetVersions('sales', page());
    expect(found.edges.map(({ node }) => [node.name, node.version])).toEqual([
      ['sales', '2'],
      ['sales', '1'],
    ]);
    expect(workspace.received[0]?.url).toContain('listViewType=All');
  });

  it.each([
    ['nothing', null, 'There is no dataset "nothing" in this workspace.'],
    ['nothing', '1', 'There is no version "1" of a dataset "nothing" in this workspace.'],
    ['empty', null, 'The dataset "empty" has no version.'],
    ['../jobs', '1', 'There is no such dataset in this workspace.'],
    ['sales', '1/../..', 'There is no such version in this workspace.'],
  ])('named %s with the version %s is not there', async (name, number, message) => {
    await using workspace = await startWorkspace(answers);
    const failure = await failureOf(workspace.as('ada').getDataset(name, number));
    expect(failure).toMatchObject({ code: 'NOT_FOUND', message });
  });
});

describe('archiving', () => {
  it('sends back what it does not know, and archives the asset with its last version', async () => {
    await using workspace = await startWorkspace({
      'GET arm /data/sales': ok(container('sales', { tags: { team: 'north' }, newField: 1 })),
      'GET arm /data/sales/versions/2': ok(version('2', { referencedUris: ['./a.csv'], stage: 'X' })),
      'PUT arm /data/sales/versions/2': ({ body }) => ({
        body: { name: '2', ...(body as object), systemData },
      }),
      'GET arm /data/sales/versions': ok({ value: [] }),
      'PUT arm /data/sales': ({ body }) => ({ body: { name: 'sales', ...(body as object) } }),
    });
    expect(await workspace.as('ada').archiveDataset('sales', '2')).toMatchObject({
      version: '2',
      archived: true,
    });
    expect(workspace.bodies('/data/sales/versions/2').at(-1)).toEqual({
      properties: {
        dataType: 'mltable',
        dataUri: 'azureml://datastores/d/paths/x/',
        tags: {},
        referencedUris: ['./a.csv'],
        stage: 'X',
        isArchived: true,
      },
    });
    expect(workspace.bodies('/data/sales').at(-1)).toEqual({
      properties: { dataType: 'mltable', tags: { team: 'north' }, newField: 1, isArchived: true },
    });
  });

  it('leaves the asset while another version is in use', async () => {
    await using workspace = await startWorkspace({
      'GET arm /data/sales/versions/2': ok(version('2')),
      'PUT arm /data/sales/versions/2': ok(version('2', { isArchived: true })),
      'GET arm /data/sales/versions': ok({ value: [version('1')] }),
    });
    await workspace.as('ada').archiveDataset('sales', '2');
    expect(workspace.routes()).not.toContain('PUT arm /data/sales');
  });
});

describe('an upload', () => {
  const untouched: FileUpload = {
    filename: 'sales.csv',
    mimeType: 'text/csv',
    stream: {
      [Symbol.asyncIterator]: () => {
        throw new Error('the file was read');
      },
    },
  };
  const upload = (number: string | null) => ({
    name: 'sales',
    version: number,
    description: null,
    tags: [],
    file: untouched,
  });

  it.each([
    ['a version that is taken', 'mltable', '2', 'The dataset "sales" already has a version "2".'],
    [
      'another type',
      'uri_folder',
      null,
      'The dataset "sales" is a FOLDER: a TABLE cannot become a version of it.',
    ],
  ])('as %s is a conflict before a byte is read', async (_, dataType, number, message) => {
    await using workspace = await startWorkspace({
      'GET arm /data/sales': ok(container('sales', { dataType })),
      'GET arm /data/sales/versions/2': ok(version('2')),
    });
    const failure = await failureOf(workspace.as('ada').uploadDataset(upload(number)));
    expect(failure).toMatchObject({ code: 'CONFLICT', message });
  });

  it('by somebody without rights on the datastore fails before a byte is read', async () => {
    await using workspace = await startWorkspace({
      'GET arm /datastores': () =>
        fails(403, "does not have authorization to perform action 'Microsoft.X/datastores/read' over scope"),
    });
    expect(await failureOf(workspace.as('olaf').uploadDataset(upload(null)))).toMatchObject({
      code: 'FORBIDDEN',
      message: expect.stringContaining('Microsoft.X/datastores/read'),
    });
  });

  it('needs a name that Azure takes', async () => {
    await using workspace = await startWorkspace({});
    const failure = await failureOf(workspace.as('ada').uploadDataset({ ...upload(null), name: 'a/b' }));
    expect(failure).toMatchObject({ code: 'BAD_USER_INPUT', details: { field: 'name' } });
    expect(workspace.received).toEqual([]);
  });
});

describe('columns', () => {
  it('are those of a table only', async () => {
    await using workspace = await startWorkspace({
      'GET arm /data/sales/versions/2': ok(version('2', { dataType: 'uri_file' })),
    });
    const azureML = workspace.as('ada');
    const failure = await failureOf(azureML.datasetColumns(await azureML.getDataset('sales', '2')));
    expect(failure.code).toBe('BAD_USER_INPUT');
  });

  it('are not read from a datastore that is no blob container', async () => {
    await using workspace = await startWorkspace({
      'GET arm /data/sales/versions/2': ok(version('2')),
      'GET arm /datastores/d': ok({ name: 'd', properties: { datastoreType: 'AzureFile' } }),
    });
    const azureML = workspace.as('ada');
    const failure = await failureOf(azureML.datasetColumns(await azureML.getDataset('sales', '2')));
    expect(failure).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringContaining('no blob container'),
    });
  });
});
