import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startServer } from './support.ts';

const session = (token: string, extra: object = {}) => ({
  headers: { authorization: `Bearer ${token}` },
  tabs: [
    {
      title: 'Who am I',
      query: '# </script><b>\nquery WhoAmI($n: SafeInt) { me echo(count: $n) }',
      variables: '{ "n": 7 }',
    },
    {
      title: 'Upload a file',
      query:
        'mutation Upload($file: File!, $note: String) {\n upload(file: $file, note: $note) { name bytes note } }',
      variables: { note: 'n', file: null },
    },
    { title: 'Watch it', query: 'subscription Watch { ticks { number person } }' },
  ],
  ...extra,
});

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'graphiql-'));
  file = join(folder, 'graphiql.json');
  await writeFile(file, JSON.stringify(session('ada')));
});
afterAll(() => rm(folder, { recursive: true }));

/** The page as a browser at `host` gets it. */
const load = (port: number, host: string) =>
  new Promise<{ text: string; headers: Record<string, unknown> }>((resolve, reject) => {
    const headers = { host, accept: 'text/html,*/*;q=0.8' };
    get({ port, path: '/graphql?query=%7B%20me%20%7D', headers }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      resolve({ text, headers: response.headers });
    }).on('error', reject);
  });

describe('the page', () => {
  test('holds the session, loads nothing from elsewhere, and may send nothing there', async () => {
    await using server = await startServer({ graphiqlFile: file });
    const { text, headers } = await load(server.port, `localhost:${server.port}`);
    expect(text).toContain('"Bearer ada"');
    expect(text).not.toContain('</script><b>');
    // Of the markup; the scripts name addresses of specifications in their messages.
    // The second is in a script, a template that is not used.
    const addresses = text.matchAll(/<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)=["']?(.{0,20})/g);
    expect([...addresses].map(([, address]) => address?.slice(0, 5))).toEqual(['data:', '$' + '{le}']);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).toContain("connect-src 'self'");
    expect(headers['cache-control']).toBe('no-store');
  });

  test.each(['rebound.example:4000', '10.0.0.1'])('is without the session for the host %s', async (host) => {
    await using server = await startServer({ graphiqlFile: file });
    const { text } = await load(server.port, host);
    expect(text).toContain('globalThis.mlgraphSession = null');
    expect(text).not.toContain('Bearer ada');
  });

  test.each([null, '/nowhere.json'])('is without a session where there is none: %s', async (graphiqlFile) => {
    await using server = await startServer({ graphiqlFile });
    const { text } = await load(server.port, 'localhost');
    expect(text).toContain('globalThis.mlgraphSession = null');
  });
});

const browserPath = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe.skipIf(!existsSync(browserPath))('in a browser', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath, args: flags });
  });
  afterAll(() => browser.close());

  const open = async (url: string) => {
    const page = await browser.newPage();
    const foreign: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(url)) foreign.push(request.url());
    });
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(`${url}/graphql`);
    await page.locator('.graphiql-execute-button').waitFor();
    return { page, foreign, complaints };
  };
  const run = (page: Page) => page.locator('.graphiql-execute-button').click();
  const answerOf = async (page: Page) =>
    (await page.locator('.result-window').innerText()).replaceAll('\u00a0', ' ');
  /** Its editor takes its time. */
  const soon = <T>(read: () => T) => expect.poll(read, { timeout: 20_000 });
  const shows = (page: Page, text: string) => soon(() => answerOf(page)).toContain(text);
  /** Opens a tab, and waits until it is in the editor. While the page is busy it takes clicks on tabs for drags. */
  const openTab = async (page: Page, index: number, operation: string) => {
    await soon(async () => {
      await page.locator('.graphiql-tab').nth(index).locator('button').first().click();
      return page.locator('.graphiql-query-editor .view-lines').innerText();
    }).toContain(operation);
    // GraphiQL names the tab when it has understood which operation to run.
    await soon(() => page.locator('.graphiql-tab').nth(index).innerText()).toBe(operation);
    await soon(() => answerOf(page)).toBe('');
  };

  test('its tabs run as they are: a query, an upload, a subscription', async () => {
    await using server = await startServer({ graphiqlFile: file });
    const { page, foreign, complaints } = await open(server.url);
    await soon(() => page.locator('.graphiql-tab').allInnerTexts()).toEqual([
      'Who am I',
      'Upload a file',
      'Watch it',
    ]);
    await run(page);
    await shows(page, '"me": "ada"');
    await shows(page, '"count": 7');

    await openTab(page, 1, 'Upload');
    await run(page);
    await shows(page, 'Choose a file for $file');
    await page
      .locator('#mlgraph-file input')
      .setInputFiles({ name: 'iris.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
    await run(page);
    await shows(page, '"name": "iris.csv"');
    expect(await answerOf(page)).toContain('"bytes": 8');
    expect(await answerOf(page)).toContain('"note": "n"');

    await openTab(page, 2, 'Watch');
    server.stage.feed.push({ cursor: 'c', number: 41 });
    await run(page);
    await shows(page, '"number": 41');
    server.stage.feed.push({ number: 42 });
    await shows(page, '"number": 42');
    expect(await answerOf(page)).toContain('"person": "ada"');
    expect(foreign).toEqual([]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('every tab of a long story is in view', async () => {
    const tabs = Array.from({ length: 17 }, (_, index) => ({
      title: `Part ${index} of it`,
      query: '{ me }',
    }));
    const many = join(folder, 'many.json');
    await writeFile(many, JSON.stringify(session('ada', { tabs })));
    await using server = await startServer({ graphiqlFile: many });
    const { page } = await open(server.url);
    const row = await page.locator('.graphiql-tabs').boundingBox();
    const last = await page.locator('.graphiql-tab').nth(16).boundingBox();
    const right = (box: typeof row) => (box?.x ?? 0) + (box?.width ?? 0);
    const bottom = (box: typeof row) => (box?.y ?? 0) + (box?.height ?? 0);
    expect(right(last)).toBeLessThanOrEqual(right(row));
    expect(bottom(last)).toBeLessThanOrEqual(bottom(row));
    const editor = await page.locator('.graphiql-query-editor').boundingBox();
    expect(editor?.y).toBeGreaterThanOrEqual(bottom(last));
    await page.close();
  });

  test('the file field stands below GraphiQL and covers nothing of it', async () => {
    await using server = await startServer({ graphiqlFile: file });
    const { page } = await open(server.url);
    const graphiql = await page.locator('.graphiql-container').last().boundingBox();
    const field = await page.locator('#mlgraph-file').boundingBox();
    const window = page.viewportSize();
    expect(graphiql?.height).toBeGreaterThan(400);
    expect((graphiql?.y ?? 0) + (graphiql?.height ?? 0)).toBeLessThanOrEqual(field?.y ?? 0);
    expect((field?.y ?? 0) + (field?.height ?? 0)).toBeLessThanOrEqual(window?.height ?? 0);
    await page.close();
  });

  test('who reloads before the page has stored all of a tab does not find it twice', async () => {
    await using server = await startServer({ graphiqlFile: file });
    const { page } = await open(server.url);
    await openTab(page, 2, 'Watch');
    await soon(() => page.evaluate(() => localStorage.getItem('graphiql:tabState'))).toContain(
      '"title":"Watch"',
    );
    // As they are until the page has stored those of the tab that was opened: of the tab before.
    await page.addInitScript(() => localStorage.setItem('graphiql:variables', '{ "n": 7 }'));
    await page.reload();
    await soon(() => page.locator('.graphiql-tab').allInnerTexts()).toEqual([
      expect.any(String),
      'Upload a file',
      'Watch',
    ]);
    await page.close();
  });

  test('a fresh token wins over the stored one, and the tabs stay as they were left', async () => {
    await using server = await startServer({ graphiqlFile: file });
    const { page } = await open(server.url);
    await openTab(page, 2, 'Watch');
    await soon(() => page.evaluate(() => localStorage.getItem('graphiql:tabState'))).toContain(
      '"title":"Watch"',
    );
    await writeFile(file, JSON.stringify(session('grace')));
    await page.reload();
    await soon(() => page.locator('.graphiql-tab').allInnerTexts()).toEqual([
      expect.any(String),
      'Upload a file',
      'Watch',
    ]);
    server.stage.feed.push({ number: 1 });
    await run(page);
    await shows(page, '"person": "grace"');

    await writeFile(file, JSON.stringify(session('ben', { tabs: [{ title: 'New', query: '{ me }' }] })));
    await page.reload();
    await soon(() => page.locator('.graphiql-tab').allInnerTexts()).toEqual(['New']);
    await run(page);
    await shows(page, '"me": "ben"');
    await page.close();
  });
});
