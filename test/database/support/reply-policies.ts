import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../emulators/supabase/index.ts';
import { told } from './rows.ts';

/** `others` are nobody and the service. */
type ReplyStage = { database: Database; as(sub: string): SupabaseClient; others: SupabaseClient[] };

const ada = 'entra:tenant:ada';
const ben = 'entra:tenant:ben';
const place = 7;

/** Who writes to replies by the functions for it, and what becomes of what is written at once. */
export function describeReplyPolicies(stage: () => ReplyStage): void {
  const added = async (sql: string, ...values: string[]) => {
    const [row] = await stage().database.administer((query) => query(`${sql} returning key`, values));
    return String(row?.key);
  };
  /** A reply of Ada's, in a session of its own, that waits for these approvals. */
  const waiting = async (approvals: string[] = ['mcpr_1'], role = 'ASSISTANT') => {
    const session = await added(
      "insert into sessions (owner, title, agent_name) values ($1, 'hers', 'a')",
      ada,
    );
    return await added(
      `insert into messages (session_key, owner, role, status, content, response_id, position, pending_approvals)
       values ($1, $2, $3, 'WAITING_FOR_APPROVAL', 'her words', 'resp_1', ${place}, $4)`,
      ...[session, ada, role, JSON.stringify(approvals.map((id) => ({ id, toolName: 'add_up' })))],
    );
  };
  const rowOf = async (key: string) => {
    const [row] = await stage().database.administer((query) =>
      query('select * from messages where key = $1', [key]),
    );
    return row;
  };
  const approvalsOf = async (key: string) => {
    const { data } = await stage()
      .as(ada)
      .from('messages')
      .select('pending_approvals')
      .eq('key', key)
      .single();
    return data?.pending_approvals;
  };
  const approve = { approve: true, reason: null };
  const decide = (client: SupabaseClient, key: string, id = 'mcpr_1', decision: object = approve) =>
    client.rpc('decide_approval', { message_key: key, approval_id: id, ...decision });
  const goOn = (client: SupabaseClient, key: string, position = place) =>
    client.rpc('continue_reply', { message_key: key, position });
  const save = (client: SupabaseClient, ...replies: object[]) => client.rpc('save_replies', { replies });

  const writes: [string, (client: SupabaseClient, key: string) => ReturnType<typeof save>, unknown][] = [
    ['save_replies', (client, key) => save(client, { key, status: 'FAILED', content: 'taken' }), []],
    ['decide_approval', (client, key) => decide(client, key), null],
    ['continue_reply', (client, key) => goOn(client, key), []],
  ];

  describe.each(writes)('%s', (name, write, nothing) => {
    it('of the reply of another changes nothing, and answers as if there were none', async () => {
      const { as } = stage();
      const key = await waiting();
      const before = await rowOf(key);
      const there = await told(write(as(ben), key));
      expect(there).toEqual({ status: 200, error: null, data: nothing });
      expect(there).toEqual(await told(write(as(ben), randomUUID())));
      expect(await rowOf(key)).toEqual(before);
      expect((await write(as(ada), key)).data).not.toEqual(nothing);
      expect(await rowOf(key)).not.toEqual(before);
    });

    it('is for people alone', async () => {
      const key = await waiting();
      const before = await rowOf(key);
      for (const client of stage().others)
        expect((await write(client, key)).error).toMatchObject({
          code: '42501',
          message: `permission denied for function ${name}`,
        });
      expect(await rowOf(key)).toEqual(before);
    });

    it('leaves what people have said', async () => {
      const { as } = stage();
      const key = await waiting(['mcpr_1'], 'USER');
      const before = await rowOf(key);
      expect((await write(as(ada), key)).data).toEqual(nothing);
      expect(await rowOf(key)).toEqual(before);
    });
  });

  it.each([
    ['save_replies($1)', (key: string) => [JSON.stringify([{ key, content: 'more' }])]],
    ["decide_approval($1, 'mcpr_1', true, null)", (key: string) => [key]],
    [`continue_reply($1, ${place})`, (key: string) => [key]],
  ])('%s reads no rows but that of its reply', async (call, valuesOf) => {
    const key = await waiting();
    const rowsRead = await stage().database.administer(async (query) => {
      await query(
        `insert into messages (session_key, owner, role, status)
         select session_key, owner, role, 'COMPLETED' from messages, generate_series(1, 1000) where key = $1`,
        [key],
      );
      // As the planner does by itself with some more rows.
      for (const way of ['seqscan', 'mergejoin', 'hashjoin']) await query(`set local enable_${way} = off`);
      await query('analyze messages; set local role authenticated');
      await query("select set_config('request.jwt.claims', $1, true)", [JSON.stringify({ sub: ada })]);
      const count = async () => {
        const [read] = await query(
          `select (seq_tup_read + coalesce(idx_tup_fetch, 0))::text as rows from pg_stat_xact_user_tables
           where relname = 'messages'`,
        );
        return Number(read?.rows);
      };
      const before = await count();
      expect(await query(`select public.${call}`, valuesOf(key))).toHaveLength(1);
      return (await count()) - before;
    });
    expect(rowsRead).toBe(1);
  });

  describe('what is written to a reply at once', () => {
    const ids = Array.from({ length: 12 }, (_, index) => `mcpr_${index}`);

    it('of many decisions none is lost, and one is the last', async () => {
      const { as } = stage();
      const key = await waiting(ids);
      const answers = await Promise.all(ids.map((id) => decide(as(ada), key, id)));
      const decided = answers.map(({ data }) => data.filter((each: object) => 'decision' in each).length);
      expect(decided.toSorted((one, other) => one - other)).toEqual(ids.map((_, index) => index + 1));
      expect(await approvalsOf(key)).toEqual(
        ids.map((id) => ({ id, toolName: 'add_up', decision: approve })),
      );
    });

    it('of many that go on one does', async () => {
      const { as } = stage();
      const key = await waiting();
      const answers = await Promise.all(ids.map(() => goOn(as(ada), key)));
      expect(answers.flatMap(({ data }) => data)).toMatchObject([{ key, status: 'STREAMING' }]);
    });

    it('a column that is not named keeps what another writes', async () => {
      const { as } = stage();
      const key = await waiting(ids);
      const texts = ids.map((id) => save(as(ada), { key, content: id }));
      await Promise.all([...texts, ...ids.map((id) => decide(as(ada), key, id))]);
      expect(await approvalsOf(key)).toEqual(
        ids.map((id) => expect.objectContaining({ id, decision: approve })),
      );
    });
  });
}
