import { createServer } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import { startAzureML } from '../../emulators/azure-ml/index.ts';
import { startTestWorkspace, type TestWorkspace, where } from './support/azure-ml.ts';
import { registerTable, uploads } from './support/azure-ml-data.ts';
import { scriptedTraining, trial } from './support/scripted-training.ts';

const automl = (experimentName: string) => ({
  jobType: 'AutoML',
  experimentName,
  tags: { team: 'a' },
  taskDetails: {
    taskType: 'Classification',
    targetColumnName: 'species',
    primaryMetric: 'Accuracy',
    trainingData: { jobInputType: 'mltable', uri: 'azureml:iris:1' },
  },
});
const submit = (workspace: TestWorkspace, name: string) =>
  workspace.arm('PUT', `/jobs/${name}`, { body: { properties: automl('flowers') } });
const run = async (workspace: TestWorkspace, id: string) =>
  (await workspace.plane('GET', 'history/v1.0', `/runs/${id}`)).body;

describe('a restart', () => {
  it('keeps data, blobs, staged blocks, jobs, runs, metrics, logs and the account key', async () => {
    const { train, begun } = scriptedTraining();
    await using workspace = await startTestWorkspace({ train });
    await registerTable(workspace, 'iris', 'sepal,species\n1,a\n');
    await submit(workspace, 'done');
    await vi.waitFor(() => expect(begun).toHaveLength(1));
    begun[0]?.say(...trial(0, 0.5), { kind: 'end' });
    await vi.waitFor(async () => expect((await run(workspace, 'done')).status).toBe('Completed'));
    const id = Buffer.from('block-01').toString('base64');
    await (await uploads(workspace)).getBlockBlobClient('half').stageBlock(id, 'half', 4);
    const look = async () => ({
      asset: (await workspace.arm('GET', '/data/iris/versions/1')).body,
      job: { ...(await workspace.arm('GET', '/jobs/done')).body.properties, services: null },
      run: await run(workspace, 'done_0'),
      metrics: (
        await workspace.plane('POST', 'metric/v2.0', '/runs/done_0/full', {
          body: { metricName: 'accuracy' },
        })
      ).body,
      key: workspace.ml.account.key,
    });
    const before = await look();
    await workspace.restart();
    expect(await look()).toEqual(before);
    const container = await uploads(workspace);
    const csv = await container.getBlobClient('LocalUpload/iris/iris.csv').downloadToBuffer();
    expect(csv.toString()).toBe('sepal,species\n1,a\n');
    await container.getBlockBlobClient('half').commitBlockList([id]);
    expect((await container.getBlobClient('half').downloadToBuffer()).toString()).toBe('half');
    const { logFiles } = (await workspace.plane('GET', 'history/v1.0', '/runs/done_0/details')).body;
    expect(await (await fetch(logFiles['user_logs/std_log.txt'])).text()).toBe('trial 0 begins\n');
    const again = await submit(workspace, 'done');
    expect([again.status, begun.length]).toEqual([200, 1]);
  });

  it('fails what was running and waiting, with a reason, and numbers go on', async () => {
    const { train, begun } = scriptedTraining();
    await using workspace = await startTestWorkspace({ train });
    await registerTable(workspace, 'iris', 'sepal,species\n1,a\n');
    for (const name of ['one', 'two', 'waiting']) await submit(workspace, name);
    await vi.waitFor(() => expect(begun).toHaveLength(2));
    begun[0]?.say(...trial(0, 0.5), { kind: 'trialStarted', index: 1, algorithm: 'KNN', preprocessor: '' });
    await vi.waitFor(async () => expect((await run(workspace, 'one_1')).status).toBe('Running'));
    await workspace.restart();
    for (const name of ['one', 'one_1', 'two', 'two_setup', 'waiting']) {
      const { status, error, endTimeUtc } = await run(workspace, name);
      expect([name, status]).toEqual([name, 'Failed']);
      expect(error.error.message).toContain('The service stopped while this job was running');
      expect(endTimeUtc).not.toBeNull();
    }
    expect((await run(workspace, 'one_0')).status).toBe('Completed');
    const last = (await run(workspace, 'one_1')).runNumber;
    await submit(workspace, 'next');
    expect((await run(workspace, 'next')).runNumber).toBeGreaterThan(last);
  });

  it('drops staged blocks after a week, and with them their files', async () => {
    let now = Date.now();
    await using workspace = await startTestWorkspace({ clock: () => now });
    const blob = (await uploads(workspace)).getBlockBlobClient('half');
    await blob.stageBlock(Buffer.from('block-01').toString('base64'), 'half', 4);
    now += 6 * 86_400_000;
    await workspace.restart();
    const staged = async () => {
      const list = (await uploads(workspace)).getBlockBlobClient('half').getBlockList('uncommitted');
      return (await list).uncommittedBlocks?.length ?? 0;
    };
    expect(await staged()).toBe(1);
    now += 2 * 86_400_000;
    await workspace.restart();
    expect(await staged()).toBe(0);
  });
});

describe('a start', () => {
  it('that finds a port in use leaves nothing running', async () => {
    await using workspace = await startTestWorkspace();
    const taken = createServer();
    const port = await new Promise<number>((resolve) => {
      taken.listen(0, '127.0.0.1', () => resolve((taken.address() as { port: number }).port));
    });
    const free = createServer();
    const other = await new Promise<number>((resolve) => {
      free.listen(0, '127.0.0.1', () => resolve((free.address() as { port: number }).port));
    });
    await new Promise((resolve) => free.close(resolve));
    const options = {
      ...where,
      entra: workspace.entra,
      home: `${workspace.home}/second`,
      train: scriptedTraining().train,
    };
    await expect(startAzureML({ ...options, ports: { arm: other, blob: port } })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    await expect(fetch(`http://127.0.0.1:${other}/`)).rejects.toThrow();
    taken.close();
    const second = await startAzureML({ ...options, ports: { arm: other } });
    expect(new URL(second.arm.url).port).toBe(String(other));
    await second.close();
  });
});
