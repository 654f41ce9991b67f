import { describe, expect, it, vi } from 'vitest';
import type { BlobRange, BlobRead } from '../../src/datasources/azure-ml/blob.ts';
import { blobSas } from '../../src/datasources/azure-ml/blob-sas.ts';
import { writeLogCursor } from '../../src/datasources/azure-ml/log-cursor.ts';
import { chooseLogFiles, type LogRun, readLogs } from '../../src/datasources/azure-ml/log-files.ts';
import { account, accountKey, contextOf, place, startBlobs } from './blob-emulator.ts';

const log = 'user_logs/std_log.txt';

/** Runs and their growing files; a URL is `run/path`, and holds only as long as `epoch` is the one it names. */
function fakeWorkspace() {
  const files = new Map<string, Buffer>();
  const runs: LogRun[] = [];
  let epoch = 0;
  const read = vi.fn(async (url: string, { offset, length }: BlobRange): Promise<BlobRead> => {
    const [key = '', named] = url.split('?');
    if (Number(named) !== epoch) return { kind: 'REFUSED' };
    const bytes = files.get(key);
    if (!bytes) return { kind: 'MISSING' };
    if (offset >= bytes.length) return { kind: 'PAST_END' };
    return { kind: 'BYTES', bytes: bytes.subarray(offset, offset + length), total: bytes.length };
  });
  return {
    read,
    expire: () => {
      epoch += 1;
    },
    write: (run: string, path: string, content: string | Buffer) => {
      files.set(`${run}/${path}`, Buffer.from(content as string));
    },
    append: (run: string, content: string | Buffer) => {
      const key = `${run}/${log}`;
      files.set(key, Buffer.concat([files.get(key) ?? Buffer.alloc(0), Buffer.from(content as string)]));
    },
    run(name: string, final: boolean, paths = [log]) {
      let known = epoch;
      const entry: LogRun = {
        name,
        final,
        files: async ({ fresh }) => {
          if (fresh) known = epoch;
          return Object.fromEntries(paths.map((path) => [path, `${name}/${path}?${known}`]));
        },
      };
      const index = runs.findIndex((run) => run.name === name);
      runs.splice(index < 0 ? runs.length : index, index < 0 ? 0 : 1, entry);
    },
    ask: (cursor: string | null = null, final = false, maxBytes = 1_000) =>
      readLogs({ runs, final, cursor, maxBytes, read }),
  };
}

describe('a log', () => {
  it('is read on from each cursor, once, and is complete when the run is', async () => {
    const workspace = fakeWorkspace();
    workspace.run('job', false);
    const before = await workspace.ask();
    expect(before).toMatchObject({ text: '', complete: false });
    workspace.append('job', 'one\n');
    const one = await workspace.ask(before.cursor);
    expect(one.text).toBe('one\n');
    const none = await workspace.ask(one.cursor);
    expect(none).toEqual({ text: '', cursor: one.cursor, complete: false });
    workspace.append('job', 'two\n');
    workspace.run('job', true);
    const two = await workspace.ask(none.cursor, true);
    expect(two).toMatchObject({ text: 'two\n', complete: true });
    expect(await workspace.ask(two.cursor, true)).toEqual({ text: '', cursor: two.cursor, complete: true });
    expect(await workspace.ask(null, true)).toMatchObject({ text: 'one\ntwo\n', complete: true });
  });

  it('of AutoML is the setup’s, then each trial’s once the one before is final', async () => {
    const workspace = fakeWorkspace();
    workspace.run('setup', false, ['logs/azureml/azureml_automl.log', 'outputs/x.json']);
    workspace.write('setup', 'logs/azureml/azureml_automl.log', 'set up\n');
    workspace.run('job_0', false);
    workspace.append('job_0', 'first\n');
    const setup = await workspace.ask();
    expect(setup.text).toBe('set up\n');
    workspace.run('setup', true, ['logs/azureml/azureml_automl.log']);
    workspace.run('job_1', true);
    workspace.append('job_1', 'second\n');
    const first = await workspace.ask(setup.cursor);
    expect(first).toMatchObject({ text: 'first\n', complete: false });
    workspace.run('job_0', true);
    const second = await workspace.ask(first.cursor);
    expect(second).toMatchObject({ text: 'second\n', complete: false });
    workspace.run('job_2', true, []);
    workspace.run('job_3', true);
    workspace.append('job_3', 'last\n');
    expect(await workspace.ask(second.cursor, true)).toMatchObject({ text: 'last\n', complete: true });
  });

  it('is cut at the limit between characters, and no byte is lost', async () => {
    const workspace = fakeWorkspace();
    const text = 'aé€😀'.repeat(40);
    workspace.run('a', true);
    workspace.append('a', text);
    workspace.run('b', true);
    workspace.append('b', text);
    for (const maxBytes of [1, 4, 7, 64]) {
      let whole = '';
      let cursor: string | null = null;
      for (let complete = false; !complete; ) {
        const chunk = await workspace.ask(cursor, true, maxBytes);
        expect(Buffer.byteLength(chunk.text)).toBeLessThanOrEqual(Math.max(maxBytes, 4));
        whole += chunk.text;
        ({ cursor, complete } = chunk);
      }
      expect(whole).toBe(text + text);
    }
  });

  it('keeps back a character that is only half written', async () => {
    const workspace = fakeWorkspace();
    const euro = Buffer.from('€');
    workspace.run('job', false);
    workspace.append('job', Buffer.concat([Buffer.from('a'), euro.subarray(0, 2)]));
    const a = await workspace.ask();
    expect(a.text).toBe('a');
    workspace.append('job', euro.subarray(2));
    expect((await workspace.ask(a.cursor)).text).toBe('€');
  });

  it('begins again when its file has shrunk', async () => {
    const workspace = fakeWorkspace();
    workspace.run('job', false);
    workspace.write('job', log, 'a long first version\n');
    const { cursor } = await workspace.ask();
    workspace.write('job', log, 'short\n');
    expect((await workspace.ask(cursor)).text).toBe('short\n');
  });

  it('is read with a new address once the one at hand has expired, and not a third time', async () => {
    const workspace = fakeWorkspace();
    workspace.run('job', false);
    workspace.append('job', 'line\n');
    workspace.expire();
    expect((await workspace.ask()).text).toBe('line\n');
    expect(workspace.read).toHaveBeenCalledTimes(2);
    workspace.read.mockResolvedValue({ kind: 'REFUSED' });
    workspace.read.mockClear();
    await expect(workspace.ask()).rejects.toMatchObject({ code: 'UPSTREAM_ERROR' });
    expect(workspace.read).toHaveBeenCalledTimes(2);
  });

  it('of many runs is looked for in a few of them at a time', async () => {
    const workspace = fakeWorkspace();
    for (let index = 0; index < 25; index++) workspace.run(`job_${index}`, true);
    workspace.append('job_24', 'at last\n');
    let cursor: string | null = null;
    let text = '';
    for (let complete = false; !complete; ) {
      workspace.read.mockClear();
      const chunk = await workspace.ask(cursor, true);
      expect(workspace.read.mock.calls.length).toBeLessThanOrEqual(10);
      text += chunk.text;
      ({ cursor, complete } = chunk);
    }
    expect(text).toBe('at last\n');
  });

  it.each([
    'x',
    '',
    Buffer.from('[]').toString('base64url'),
    Buffer.from('["job","p",-1]').toString('base64url'),
    Buffer.from('["job","p","1"]').toString('base64url'),
    Buffer.from('["job","p",1e99]').toString('base64url'),
    writeLogCursor({ run: 'another run', path: log, offset: 0 }),
    'A'.repeat(10_000),
  ])('refuses the cursor %j', async (cursor) => {
    const workspace = fakeWorkspace();
    workspace.run('job', true);
    await expect(workspace.ask(cursor)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      details: { field: 'after' },
    });
  });

  it('takes a cursor that points into a character, or behind everything, without harm', async () => {
    const workspace = fakeWorkspace();
    workspace.run('job', true);
    workspace.append('job', '€uro');
    const at = (offset: number) => workspace.ask(writeLogCursor({ run: 'job', path: log, offset }), true);
    expect((await at(1)).text).toBe('uro');
    expect((await at(Number.MAX_SAFE_INTEGER - 1_000)).text).toBe('€uro');
  });

  it('is read from a blob by its SAS', async () => {
    await using blobs = await startBlobs();
    const container = blobs.store.container(contextOf(), place, accountKey);
    const path = `ExperimentRun/dcid.job/${log}`;
    const grant = {
      account: account.name,
      key: account.key,
      container: place.container,
      path,
      permissions: 'r' as const,
    };
    const sas = blobSas({ ...grant, expiresAt: Date.now() + 60_000, protocol: 'https,http' });
    const files = { [log]: `${blobs.url}/${account.name}/${place.container}/${path}?${sas}` };
    const runs = [{ name: 'job', final: false, files: async () => files }];
    const read = (url: string, range: BlobRange) => blobs.store.readUrl(contextOf(), url, range);
    const ask = (cursor: string | null) => readLogs({ runs, final: false, cursor, maxBytes: 100, read });
    const missing = await ask(null);
    expect(missing.text).toBe('');
    await container.put(path, Buffer.alloc(0), 'text/plain');
    expect((await ask(missing.cursor)).text).toBe('');
    await container.put(path, Buffer.from('one\n'), 'text/plain');
    const one = await ask(missing.cursor);
    expect(one.text).toBe('one\n');
    expect((await ask(one.cursor)).text).toBe('');
    await container.put(path, Buffer.from('one\ntwo\n'), 'text/plain');
    expect((await ask(one.cursor)).text).toBe('two\n');
  });
});

describe('the files of a run', () => {
  it('are the first known kind there is', () => {
    const others = ['logs/azureml/azureml_automl.log', 'outputs/model.pkl', 'azureml-logs/70_driver_log.txt'];
    expect(chooseLogFiles([log, ...others])).toEqual([log]);
    expect(chooseLogFiles(['user_logs/std_log_process_1.txt', 'user_logs/std_log_process_0.txt'])).toEqual([
      'user_logs/std_log_process_0.txt',
    ]);
    expect(chooseLogFiles(others)).toEqual(['azureml-logs/70_driver_log.txt']);
    expect(chooseLogFiles(others.slice(0, 2))).toEqual(['logs/azureml/azureml_automl.log']);
    expect(chooseLogFiles(['outputs/x'])).toEqual([]);
  });
});
