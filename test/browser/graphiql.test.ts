import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../emulators/local/ports.ts';

const executablePath = '/usr/bin/chromium';
const there = existsSync(executablePath);
if (!there && process.env.CI) throw new Error('CI needs Chromium at /usr/bin/chromium.');
if (!there)
  process.stderr.write('SKIPPED: the GraphiQL tests, for there is no Chromium at /usr/bin/chromium.\n');

const file = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
];

let home: string;
let address: string;
let local: ReturnType<typeof spawn>;
let browser: Browser;
let page: Page;
const requested: string[] = [];

/** Starts `npm run local` on a home of its own and waits until its sample is planted. */
async function startLocal(): Promise<void> {
  home = await mkdtemp(join(tmpdir(), 'mlgraph-browser-'));
  const port = await freePort();
  address = `http://127.0.0.1:${port}/graphql`;
  local = spawn(process.execPath, [file('emulators/main.ts')], {
    env: { PATH: process.env.PATH, MLGRAPH_HOME: home, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  for await (const chunk of local.stdout ?? []) {
    printed += chunk;
    if (printed.includes('The sample is there')) return;
  }
  throw new Error(`npm run local ended: ${printed}`);
}

describe.skipIf(!there)('GraphiQL in a browser', () => {
  beforeAll(async () => {
    await startLocal();
    browser = await chromium.launch({ executablePath, args: quiet });
    page = await browser.newPage({ viewport: { width: 1400, height: 860 } });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    page.on('request', (request) => requested.push(request.url()));
    await page.goto(address);
  }, 90_000);

  afterAll(async () => {
    await browser?.close();
    local?.kill('SIGTERM');
    await new Promise((resolve) => local?.once('exit', resolve));
    await rm(home, { recursive: true, force: true });
  });

  /** By place, for GraphiQL renames a tab to its operation when it has run. */
  const tabs = [
    'Who am I',
    'Datasets',
    'Upload a CSV',
    'Start an experiment',
    'Watch it',
    'Follow the logs',
    'Trials and scores',
    'Register the best model',
  ];
  const openTab = (title: string) => page.locator('.graphiql-tab-button').nth(tabs.indexOf(title)).click();
  /** What the answer pane shows; the editor writes spaces that do not break. */
  const answer = async () =>
    ((await page.locator('.graphiql-response').textContent()) ?? '').replaceAll('\u00a0', ' ');
  const press = () => page.locator('.graphiql-execute-button').click();
  const notYet = /Cannot infer operation/;
  /** GraphiQL takes a moment to see that a tab just opened holds another operation: pressed again until it has. */
  const runs = (expected: RegExp) =>
    expect
      .poll(
        async () => {
          const shown = await answer();
          if (notYet.test(shown)) await press();
          return shown;
        },
        { timeout: 15_000, interval: 400 },
      )
      .toMatch(expected);

  test.each([
    ['Who am I', /"name": "Ada"/],
    ['Datasets', /"name": "iris"/],
    ['Start an experiment', /"status": "(PENDING|PREPARING|RUNNING)"/],
    ['Watch it', /"status": "COMPLETED"/],
    ['Follow the logs', /"text": "[^"]*Reading/],
    ['Trials and scores', /"algorithm": "\w+"/],
    ['Register the best model', /"name": "iris-classifier"/],
  ])('the tab "%s" runs as it is', async (title, expected) => {
    await openTab(title);
    await press();
    await runs(expected);
  });

  test('the file field sends a file with the upload', async () => {
    await openTab('Upload a CSV');
    await press();
    await runs(/Choose a file/);
    await page.locator('#mlgraph-file input').setInputFiles(file('samples/iris.csv'));
    await press();
    await runs(/"type": "TABLE"/);
  });

  test('a run started here is watched live, to its end', async () => {
    const started = await page.evaluate(async () => {
      const headers = JSON.parse(localStorage.getItem('graphiql:headers') ?? '{}');
      const ask = async (query: string, variables = {}) => {
        const body = JSON.stringify({ query, variables });
        const response = await fetch('/graphql', {
          method: 'POST',
          headers: { ...headers, 'content-type': 'application/json' },
          body,
        });
        return (await response.json()).data;
      };
      const { dataset } = await ask('{ dataset(name: "iris") { id } }');
      const input = {
        experiment: 'iris',
        datasetId: dataset.id,
        task: 'CLASSIFICATION',
        targetColumn: 'species',
        maxTrials: 3,
      };
      const { startExperiment } = await ask(
        'mutation($input: StartExperimentInput!) { startExperiment(input: $input) { run { id } } }',
        { input },
      );
      return startExperiment.run.id as string;
    });
    await openTab('Watch it');
    await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify({ run: started }));
    await page.locator('.graphiql-editor-tool .monaco-editor').first().click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.press('ControlOrMeta+V');
    await press();
    await runs(/"completedTrials": 3/);
  });

  test('nothing was asked of another host', () => {
    const origin = new URL(address).origin;
    expect(requested.filter((url) => /^https?:/.test(url) && !url.startsWith(origin))).toEqual([]);
    expect(requested.length).toBeGreaterThan(5);
  });
});
