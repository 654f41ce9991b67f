import { describe, expect, test } from 'vitest';
import { quoted } from '../../src/datasources/supabase/filters.ts';
import { toAgent, toMessage, toSession } from '../../src/datasources/supabase/to-domain.ts';
import { storable, toReplyRow } from '../../src/datasources/supabase/to-rows.ts';
import { columnsOf, messageRow, personRow } from '../../src/datasources/supabase/wire.ts';
import { parseId } from '../../src/domain/ids.ts';
import { messageOf, sessionOf } from './support/supabase-rows.ts';

describe('what is read', () => {
  test('a message keeps its times and its parts', () => {
    const message = toMessage(
      messageRow.parse(messageOf({ completed_at: '2026-09-01T10:00:00.5+00:00', ordinal: 7 })),
    );
    expect(message.completedAt).toEqual(new Date('2026-09-01T10:00:00.500Z'));
    expect(parseId(message.id)).toEqual({
      concept: 'Message',
      provider: 'LOCAL',
      home: '',
      key: [message.key],
    });
    expect(message).not.toHaveProperty('content_hash');
  });

  test('ids are of the gateway, but agents live in their project', () => {
    expect(parseId(toSession(sessionOf()).id)).toMatchObject({ concept: 'Session', provider: 'LOCAL' });
    const row = {
      name: 'clerk',
      version: null,
      enabled: true,
      description: null,
      model: null,
      tools: [],
      created_at: null,
      synced_at: null,
    };
    expect(parseId(toAgent(row, 'project-1').id)).toEqual({
      concept: 'Agent',
      provider: 'AZURE_FOUNDRY',
      home: 'project-1',
      key: ['clerk'],
    });
  });

  test.each([
    ['an unknown status', { status: 'LOST' }],
    ['a time that is none', { created_at: 'yesterday' }],
    ['usage that counts backwards', { usage: { inputTokens: -1, outputTokens: 0, totalTokens: 0 } }],
  ])('%s is not taken for a message', (_, change) => {
    expect(messageRow.safeParse(messageOf(change)).success).toBe(false);
  });

  test('exactly the columns that are read are asked for', () => {
    expect(columnsOf(personRow)).toBe('key,subject,tenant_id,email,name,role,created_at,last_seen_at');
  });
});

describe('what is written', () => {
  test('text that PostgreSQL cannot hold is mended, at every depth', () => {
    const cut = '👋'.slice(0, 1);
    expect(storable({ a: `x${cut}`, b: ['y\0z', { c: '👋' }], d: null, e: 3 })).toEqual({
      a: 'x\uFFFD',
      b: ['y\uFFFDz', { c: '👋' }],
      d: null,
      e: 3,
    });
  });

  test('a change of a reply touches only what it names', () => {
    const row = toReplyRow({ status: 'COMPLETED', completedAt: new Date(0), responseId: null });
    expect(JSON.parse(JSON.stringify(row))).toEqual({
      status: 'COMPLETED',
      completed_at: '1970-01-01T00:00:00.000Z',
      response_id: null,
    });
  });

  test('a value in a filter cannot leave its quotes', () => {
    expect(quoted('a"),or(b\\')).toBe('"a\\"),or(b\\\\"');
  });
});
