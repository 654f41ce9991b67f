import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '../../../emulators/kit/server.ts';
import { type Database, serveSupabase } from '../../../emulators/supabase/index.ts';
import { describeKeyPolicies } from './api-key-policies.ts';
import { clientOf, keys, mint, type PersonFacts } from './project.ts';
import { describeReplyPolicies } from './reply-policies.ts';
import { meets, type Row, rowsOf, seedRows, tablesOf, told } from './rows.ts';
import { describeUserPolicies } from './user-policies.ts';

const tables = [
  'agents',
  'api_key_usage',
  'api_keys',
  'audit_events',
  'genie_conversations',
  'genie_questions',
  'messages',
  'people',
  'service_runs',
  'sessions',
  'usage_writers',
];
/** Those whose rows nobody but their owner sees, not even an administrator. */
const shared = ['api_key_usage', 'api_keys', 'audit_events', 'people', 'usage_writers'];
const owned = tables.filter((table) => !shared.includes(table));
/** A change for each that its owner may make, or that would be the worst. */
const changes: Record<string, Record<string, unknown>> = {
  agents: { description: 'taken' },
  api_key_usage: { requests: 0 },
  api_keys: { revoked_at: '2026-11-30T00:00:00Z' },
  audit_events: { outcome: 'OK' },
  genie_conversations: { title: 'taken' },
  genie_questions: { message_key: 'taken' },
  messages: { content: 'taken' },
  people: { name: 'taken' },
  service_runs: { artifact_key: 'taken' },
  sessions: { title: 'taken' },
  usage_writers: { batch: 0 },
};
const ada = 'entra:tenant:ada';
const ben = 'entra:tenant:ben';

/** Person B and nobody try to get at person A's rows, with the real client: the same for every PostgreSQL. */
export function describePolicies(name: string, open: () => Promise<Database>): void {
  describe(`row-level security on ${name}`, () => {
    let database: Database;
    let emulator: Emulator;
    let rows: Record<string, Row>;
    const as = (sub: string, options?: PersonFacts) => clientOf(emulator.url, mint(sub, options));
    const attackers = (): [string, SupabaseClient][] => [
      ['Ben', as(ben)],
      ['nobody', clientOf(emulator.url)],
    ];
    const adas = (table: string): Row => {
      const row = rows[table];
      if (!row) throw new Error(`no row was made in ${table}: a new table needs one here`);
      return row;
    };

    beforeAll(async () => {
      database = await open();
      rows = await seedRows(database, ada);
      emulator = await serveSupabase({ ...keys, database: Promise.resolve(database) });
      await as(ben).rpc('see_person', { subject: 's', tenant_id: 't', email: 'e', name: 'Ben' });
    });
    afterAll(() => emulator?.close());

    it('is tried on every table there is, and forced on each', async () => {
      expect(await tablesOf(database)).toEqual(tables);
      const guarded = await database.administer((query) =>
        query(`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
               and relrowsecurity and relforcerowsecurity order by 1`),
      );
      expect(guarded.map(({ relname }) => relname)).toEqual(tables);
    });

    it('binds the role that requests begin in: no superuser, and none that passes by policies', async () => {
      const [who] = await database.transaction((query) =>
        query(`select session_user, rolsuper::text as super, rolbypassrls::text as bypass
               from pg_roles where rolname = session_user`),
      );
      expect(who).toEqual({ session_user: 'authenticator', super: 'false', bypass: 'false' });
    });

    describe.each(tables)('%s', (table) => {
      it('shows nobody the rows of another', async () => {
        for (const [who, client] of attackers()) {
          const all = await client.from(table).select('*');
          const one = await client
            .from(table)
            .select('*')
            .match(meets(adas(table), table));
          const counted = await client.from(table).select('*', { count: 'exact', head: true });
          expect(JSON.stringify([all.data, one.data]), who).not.toContain(ada);
          expect(one.data ?? [], who).toEqual([]);
          expect(counted.count ?? 0, who).toBe(table === 'people' && who === 'Ben' ? 1 : 0);
        }
      });

      it('changes no row for another, and answers as if there were none', async () => {
        const before = await rowsOf(database, table);
        for (const [who, client] of attackers()) {
          const change = (filter: Record<string, string>) =>
            told(
              client
                .from(table)
                .update(changes[table] as never)
                .match(filter)
                .select('*'),
            );
          const there = await change(meets(adas(table), table));
          expect(there, who).toEqual(await change(noSuch(adas(table), table)));
          expect(there.data ?? [], who).toEqual([]);
        }
        expect(await rowsOf(database, table)).toEqual(before);
      });

      it('deletes no row for another, and answers as if there were none', async () => {
        const before = await rowsOf(database, table);
        for (const [who, client] of attackers()) {
          const remove = (filter: Record<string, string>) =>
            told(client.from(table).delete().match(filter).select('*'));
          const there = await remove(meets(adas(table), table));
          expect(there, who).toEqual(await remove(noSuch(adas(table), table)));
          expect(there.data ?? [], who).toEqual([]);
        }
        expect(await rowsOf(database, table)).toEqual(before);
      });

      it('takes no row in the name of another, by insert or upsert, and tells nothing by the refusal', async () => {
        const before = await rowsOf(database, table);
        for (const [who, client] of attackers()) {
          const there = adas(table);
          const absent = { ...there, ...noSuch(there, table) };
          for (const write of writes(client, table)) {
            const refused = await told(write(there));
            expect(refused.status, who).toBe(who === 'Ben' ? 403 : 401);
            expect(refused.error, who).toMatchObject({ code: '42501', details: null });
            expect(refused, who).toEqual(await told(write(absent)));
          }
        }
        expect(await rowsOf(database, table)).toEqual(before);
      });
    });

    it('refuses a message in a session of another as one in none, whatever is known of it', async () => {
      const attempt = (sessionKey: string) =>
        told(
          as(ben).from('messages').insert({
            session_key: sessionKey,
            role: 'ASSISTANT',
            status: 'PENDING',
            client_message_id: 'first',
          }),
        );
      const there = await attempt(String(adas('sessions').key));
      expect(there).toMatchObject({ status: 403, error: { code: '42501' } });
      expect(there).toEqual(await attempt(randomUUID()));
    });

    it('gives add_exchange no session of another', async () => {
      const attempt = (sessionKey: string) =>
        told(
          as(ben).rpc('add_exchange', {
            session_key: sessionKey,
            content: 'mine',
            client_message_id: 'first',
            content_hash: null,
          }),
        );
      const there = await attempt(String(adas('sessions').key));
      expect(there).toMatchObject({ status: 404, error: { code: 'PT404' } });
      expect(there).toEqual(await attempt(randomUUID()));
    });

    it('gives no row of one’s own away', async () => {
      const bens = as(ben);
      const { data: session } = await bens
        .from('sessions')
        .insert({ title: 'his', agent_name: 'a' })
        .select('key')
        .single();
      await bens.from('agents').insert({ name: 'clerk' });
      await bens.from('genie_questions').insert({ client_message_id: 'his', content_hash: 'hash' });
      await bens.from('service_runs').insert({ kind: 'TRAINING', service: 'chapkit' });
      const place = { home: 'home', space_key: 'space', conversation_key: 'his', acts_as: 'USER' };
      await bens.from('genie_conversations').insert(place);
      const given = [
        bens.from('sessions').update({ owner: ada }).eq('key', session?.key),
        bens.from('agents').update({ owner: ada }).eq('name', 'clerk'),
        bens.from('people').update({ key: ada }).eq('key', ben),
        bens.from('genie_questions').update({ owner: ada }).eq('client_message_id', 'his'),
        bens.from('service_runs').update({ owner: ada }).eq('owner', ben),
        bens.from('genie_conversations').update({ owner: ada }).eq('conversation_key', 'his'),
        bens
          .from('messages')
          .update({ session_key: adas('sessions').key })
          .eq('owner', ben),
      ];
      for (const call of given) expect((await call).error).toMatchObject({ code: '42501' });
    });

    it('lets a conversation with Genie stay what it began as, and each choose the same words for theirs', async () => {
      const bens = as(ben);
      const place = { home: 'home', space_key: 'space', conversation_key: 'conversation', acts_as: 'USER' };
      const same = [
        bens.from('genie_conversations').insert(place),
        bens.from('genie_questions').insert({ client_message_id: 'first', content_hash: 'other' }),
        bens.from('service_runs').insert({ kind: 'PREDICTION', service: 'chapkit', client_run_id: 'first' }),
      ];
      for (const call of same) expect((await call).error).toBeNull();
      const raised = bens.from('genie_conversations').update({ acts_as: 'APP' }).eq('owner', ben);
      expect((await raised).error).toMatchObject({ code: '42501' });
      const chosen = { kind: 'TRAINING', service: 'chapkit', key: adas('service_runs').key };
      expect((await bens.from('service_runs').insert(chosen)).error).toMatchObject({ code: '42501' });
    });

    it('lets nobody raise their own role', async () => {
      const bens = as(ben);
      const attempts = [
        bens.from('people').update({ role: 'ADMIN' }).eq('key', ben),
        bens.from('people').upsert({ key: ben, role: 'ADMIN' }),
        as('entra:tenant:new').from('people').insert({ key: 'entra:tenant:new', role: 'ADMIN' }),
      ];
      for (const call of attempts) expect((await call).error).toMatchObject({ code: '42501' });
      expect((await bens.from('people').select('role').single()).data).toEqual({ role: 'MEMBER' });
      expect((await bens.rpc('is_admin')).data).toBe(false);
    });

    it('shows people and the trail to administrators, by their token or by their row, and nothing else of theirs', async () => {
      await database.administer((query) =>
        query("insert into people (key, role) values ('stored-admin', 'ADMIN')"),
      );
      for (const admin of [as('by-token', { admin: true }), as('stored-admin')]) {
        expect((await admin.from('audit_events').select('actor')).data).toEqual([{ actor: ada }]);
        expect((await admin.from('people').select('key')).data).toContainEqual({ key: ada });
        for (const table of owned)
          expect((await admin.from(table).select('*').eq('owner', ada)).data).toEqual([]);
      }
    });

    it('lets the service add to the trail, and do nothing else with what people own', async () => {
      const service = clientOf(emulator.url, null, keys.serviceRoleKey);
      const event = { actor: 'gateway', actor_kind: 'SERVICE', action: 'upstream.use', outcome: 'OK' };
      expect((await service.from('audit_events').insert([event])).status).toBe(201);
      const before = await rowsOf(database, 'audit_events');
      const again = { ...event, id: before[0]?.id, outcome: 'changed' };
      const events = [again, { ...event, id: randomUUID() }];
      const sent = await service
        .from('audit_events')
        .upsert(events, { onConflict: 'id', ignoreDuplicates: true });
      expect([sent.status, sent.error]).toEqual([201, null]);
      const after = await rowsOf(database, 'audit_events');
      expect(after).toEqual(expect.arrayContaining(before));
      expect(after).toHaveLength(before.length + 1);
      for (const table of [...owned, 'audit_events'])
        expect((await service.from(table).select('*')).error).toMatchObject({ code: '42501' });
    });

    it('changes and deletes no line of the trail, not for an administrator, the service, nor the owner of the database', async () => {
      const before = await rowsOf(database, 'audit_events');
      const clients = [as('by-token', { admin: true }), clientOf(emulator.url, null, keys.serviceRoleKey)];
      for (const client of clients) {
        const { error } = await client.from('audit_events').update({ outcome: 'x' }).neq('actor', '');
        expect(error).toMatchObject({ code: '42501' });
        expect((await client.from('audit_events').delete().neq('actor', '')).error).toMatchObject({
          code: '42501',
        });
      }
      for (const sql of [
        "update audit_events set outcome = 'x'",
        'delete from audit_events',
        'truncate audit_events',
      ])
        await expect(database.administer((query) => query(sql))).rejects.toMatchObject({ code: '42501' });
      expect(await rowsOf(database, 'audit_events')).toEqual(before);
    });

    describeUserPolicies(() => ({ database, as }));

    describeReplyPolicies(() => ({
      database,
      as,
      others: [clientOf(emulator.url), clientOf(emulator.url, null, keys.serviceRoleKey)],
    }));

    describeKeyPolicies(() => ({
      database,
      row: adas('api_keys'),
      as,
      service: clientOf(emulator.url, null, keys.serviceRoleKey),
    }));
  });
}

/** The keys of a row that is not there. */
const noSuch = (row: Row, table: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(meets(row, table)).map(([name, value]) => [
      name,
      name === 'owner' ? value : name === 'name' || table === 'people' ? 'no-such' : randomUUID(),
    ]),
  );

/** Every way to bring a row in: whole, and as small as the grants let pass on to the policies. */
function writes(client: SupabaseClient, table: string) {
  const minimal: Record<string, string[]> = {
    agents: ['owner', 'name'],
    api_key_usage: ['key_id', 'day'],
    api_keys: ['owner', 'name', 'prefix', 'hash', 'scopes'],
    audit_events: ['actor', 'actor_kind', 'action', 'outcome'],
    genie_conversations: ['owner', 'home', 'space_key', 'conversation_key', 'acts_as'],
    genie_questions: ['owner', 'client_message_id', 'content_hash'],
    messages: ['session_key', 'owner', 'role', 'status', 'client_message_id'],
    people: ['key'],
    service_runs: ['owner', 'kind', 'service', 'client_run_id'],
    sessions: ['owner', 'title', 'agent_name'],
    usage_writers: ['id', 'batch'],
  };
  const small = (row: Row) =>
    Object.fromEntries((minimal[table] ?? []).map((name) => [name, row[name]])) as never;
  // Nobody may give a generated one, whoever asks.
  const whole = ({ ordinal, ...row }: Row) => row as never;
  return [
    (row: Row) => client.from(table).insert(whole(row)),
    (row: Row) => client.from(table).upsert(whole(row)),
    (row: Row) => client.from(table).insert(small(row)),
    (row: Row) =>
      client
        .from(table)
        .insert([small(row)])
        .select(),
    (row: Row) => client.from(table).upsert(small(row), { ignoreDuplicates: true }),
  ];
}
