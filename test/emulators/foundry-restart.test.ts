import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import OpenAI from 'openai';
import type { ResponseStreamEvent } from 'openai/resources/responses/responses';
import { describe, expect, it } from 'vitest';
import { agent, idOf, read, startTestProject, textOf } from './support/foundry.ts';

const background = { stream: true, background: true } as const;

describe('a restart', () => {
  it('keeps conversations, items, responses and their events', async () => {
    await using project = await startTestProject();
    const conversation = (await project.openai().conversations.create({ metadata: { owner: 'ada' } })).id;
    const ask = { ...agent('storyteller'), conversation };
    const stream = await project.openai().responses.create({ ...ask, input: 'Whales?', ...background });
    const { events } = await read(stream);
    const look = async () => {
      const openai = project.openai();
      return {
        conversation: await openai.conversations.retrieve(conversation),
        items: (await openai.conversations.items.list(conversation, { order: 'asc' })).data,
        response: await openai.responses.retrieve(idOf(events)),
      };
    };
    const before = await look();
    await project.restart();
    expect(await look()).toEqual(before);
    const rest = await project.openai().responses.retrieve(idOf(events), { stream: true, starting_after: 9 });
    expect((await read(rest)).events).toEqual(events.slice(10));
    const next = await project.openai().responses.create({ ...ask, input: 'Penguins?' });
    expect(next.output_text).toContain('Earlier you asked "Whales?"');
  });

  it('reads what an earlier version kept, a row for each event', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'foundry-'));
    const first = await startTestProject({ home });
    const ask = { ...agent('storyteller'), input: 'Whales?', ...background };
    const { events } = await read(await first.openai().responses.create(ask));
    await first[Symbol.asyncDispose]();
    const database = new DatabaseSync(path.join(home, 'foundry.db'));
    database.exec(`
      DROP TABLE event_groups;
      CREATE TABLE events (
        response TEXT NOT NULL, sequence INTEGER NOT NULL, data TEXT NOT NULL,
        PRIMARY KEY (response, sequence)) WITHOUT ROWID`);
    const insert = database.prepare('INSERT INTO events VALUES (?, ?, ?)');
    for (const event of events) insert.run(idOf(events), event.sequence_number, JSON.stringify(event));
    database.close();
    await using again = await startTestProject({ home });
    const stream = await again.openai().responses.retrieve(idOf(events), { stream: true });
    expect((await read(stream)).events).toEqual(events);
    await rm(home, { recursive: true, force: true });
  });

  it('fails what was running, with all that anybody has seen of it', async () => {
    await using project = await startTestProject({ pace: 10 });
    const conversation = (await project.openai().conversations.create()).id;
    const ask = { ...agent('storyteller'), conversation, input: 'Whales?' };
    const seen: ResponseStreamEvent[] = [];
    for await (const event of await project.openai().responses.create({ ...ask, ...background })) {
      seen.push(event);
      if (seen.length === 20) break;
    }
    await project.restart();
    const openai = project.openai();
    const kept = await openai.responses.retrieve(idOf(seen));
    expect(kept).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    expect(kept.output_text.startsWith(textOf(seen))).toBe(true);
    expect(kept.usage?.output_tokens).toBeGreaterThan(0);
    const starting_after = Number(seen.at(-1)?.sequence_number);
    const rest = await read(await openai.responses.retrieve(kept.id, { stream: true, starting_after }));
    const all = [...seen, ...rest.events];
    expect(all.map((event) => event.sequence_number)).toEqual(all.map((_, index) => index));
    expect(all.at(-1)?.type).toBe('response.failed');
    expect(textOf(all)).toBe(kept.output_text);
    await openai.responses.create({ ...ask, background: true });
  });

  it('fails what was running when the process was killed, with what was stored of it', async () => {
    await using project = await startTestProject();
    const home = path.join(project.home, 'killed');
    const script = fileURLToPath(new URL('./support/foundry-process.ts', import.meta.url));
    const child = spawn(process.execPath, [script, home], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = await once(child.stdout, 'data');
    const openai = new OpenAI({ ...JSON.parse(String(line)), maxRetries: 0 });
    const seen: ResponseStreamEvent[] = [];
    const stream = await openai.responses.create({
      ...agent('storyteller'),
      input: 'Whales?',
      ...background,
    });
    const reading = (async () => {
      for await (const event of stream) {
        seen.push(event);
        // At ten milliseconds a word, the store has been written to by now, and is behind.
        if (seen.length === 150) child.kill('SIGKILL');
      }
    })();
    await expect(reading).rejects.toThrow();
    await using again = await startTestProject({ home });
    const kept = await again.openai().responses.retrieve(idOf(seen));
    expect(kept).toMatchObject({ status: 'failed', error: { code: 'server_error' } });
    const shorter = Math.min(kept.output_text.length, textOf(seen).length);
    expect(shorter).toBeGreaterThan(0);
    expect(kept.output_text.slice(0, shorter)).toBe(textOf(seen).slice(0, shorter));
    const { events, text } = await read(await again.openai().responses.retrieve(kept.id, { stream: true }));
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)?.type).toBe('response.failed');
    expect(text).toBe(kept.output_text);
  });
});
