import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { agent, read, startTestProject, type TestProject } from './support/foundry.ts';

let project: TestProject;
beforeAll(async () => {
  project = await startTestProject();
});
afterAll(() => project[Symbol.asyncDispose]());

const ask = (input: string, more: object = {}) => ({ ...agent('storyteller'), input, ...more });

describe('a streamed answer, by the official client', () => {
  it('has the events of the service in their order, and the text that is kept', async () => {
    const openai = project.openai();
    const { id } = await openai.conversations.create({ metadata: { title: 'Whales' } });
    const stream = await openai.responses.create({
      ...ask('What do whales and lighthouses share?', { conversation: id }),
      stream: true,
    });
    const { events, text } = await read(stream);
    expect(events.map((event) => event.sequence_number)).toEqual(events.map((_, index) => index));
    const types = events.map(({ type }) => type);
    const deltas = types.filter((type) => type === 'response.output_text.delta').length;
    expect(deltas).toBeGreaterThan(180);
    expect(deltas).toBeLessThan(260);
    expect(types.slice(0, 5)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      'response.content_part.added',
      'response.output_text.delta',
    ]);
    expect(types.slice(-4)).toEqual([
      'response.output_text.done',
      'response.content_part.done',
      'response.output_item.done',
      'response.completed',
    ]);
    expect(types).toContain('response.output_text.annotation.added');
    const last = events.at(-1);
    if (last?.type !== 'response.completed') throw new Error('no end');
    const kept = await openai.responses.retrieve(last.response.id);
    expect(kept.output_text).toBe(text);
    expect(kept).toMatchObject({ ...last.response, output_text: text });
    expect(kept.usage?.output_tokens).toBeGreaterThan(deltas / 2);
  });
});
