import { expect, it } from 'vitest';
import { createComposer } from '../../emulators/foundry/responses/composer.ts';
import { applyEvent, eventJson, type ResponseEvent } from '../../emulators/foundry/responses/events.ts';
import type { ResponseObject } from '../../emulators/foundry/state/responses.ts';

it('an event of any type is its JSON, with the sequence number behind the type', () => {
  const response = { id: 'resp_1', output: [] } as unknown as ResponseObject;
  const events: ResponseEvent[] = [];
  const composer = createComposer(response, (event) => {
    events.push(event);
    applyEvent(response, event);
  });
  composer.say('"whales"\n– ');
  composer.close('completed');
  expect(events.map(({ type }) => type)).toContain('response.output_text.delta');
  for (const [at, { type, ...rest }] of events.entries())
    expect(eventJson({ type, ...rest }, at)).toBe(JSON.stringify({ type, sequence_number: at, ...rest }));
});
