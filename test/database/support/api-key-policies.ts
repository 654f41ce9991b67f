import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../emulators/supabase/index.ts';
import type { Row } from './rows.ts';

/** What the others share with these: Ada's key is in `row`, and nobody here is Ada. */
export type KeyStage = {
  database: Database;
  row: Row;
  as(sub: string, options?: { admin: boolean }): SupabaseClient;
  service: SupabaseClient;
};

const ada = 'entra:tenant:ada';
const shown =
  'id, owner, name, prefix, scopes, requests_per_minute, created_at, expires_at, revoked_at, last_used_at';
const revoked = { revoked_at: '2026-11-30T00:00:00Z' };
const newKey = (more: object = {}) => ({
  name: 'nightly',
  prefix: 'mlg_abcdefgh',
  hash: randomUUID(),
  scopes: ['READ'],
  ...more,
});

/** Who sees and changes a key, and what nobody may do with one. */
export function describeKeyPolicies(stage: () => KeyStage): void {
  const make = async (client: SupabaseClient, more: object = {}) => {
    const key = newKey(more);
    const { data, error } = await client.from('api_keys').insert(key).select(shown).single();
    expect(error).toBeNull();
    return { ...(data as unknown as { id: string; owner: string }), hash: key.hash };
  };
  const find = async (hash: string) => {
    const { data, error } = await stage().service.rpc('find_api_key', { hash });
    expect(error).toBeNull();
    return data[0] ?? null;
  };
  const idsSeenBy = async (client: SupabaseClient) => {
    const { data } = await client.from('api_keys').select('id');
    return (data ?? []).map(({ id }) => id as string);
  };

  describe('keys to this API', () => {
    it('are seen by their owner, by themselves and by administrators', async () => {
      const { as, row } = stage();
      const key = await make(as('owner-1'));
      expect(key.owner).toBe('owner-1');
      for (const client of [as('owner-1'), as(`apikey:${key.id}`)])
        expect(await idsSeenBy(client)).toEqual([key.id]);
      expect(await idsSeenBy(as('root', { admin: true }))).toEqual(expect.arrayContaining([key.id, row.id]));
      expect(await idsSeenBy(as('owner-2'))).toEqual([]);
    });

    it('show no hash, and filter by none, for anybody but the service', async () => {
      const { as } = stage();
      const { hash } = await make(as('owner-1'));
      for (const client of [as('owner-1'), as('root', { admin: true })])
        for (const column of ['hash', 'old_hash', 'grace_until']) {
          expect((await client.from('api_keys').select(column)).error).toMatchObject({ code: '42501' });
          expect((await client.from('api_keys').select('id').not(column, 'is', null)).error).toMatchObject({
            code: '42501',
          });
        }
      expect((await as('owner-1').rpc('find_api_key', { hash })).error).toMatchObject({ code: '42501' });
    });

    it('have scopes that there are, and ADMIN from an administrator alone', async () => {
      const { as } = stage();
      const attempt = (client: SupabaseClient, scopes: string[]) =>
        client.from('api_keys').insert(newKey({ scopes }));
      expect((await attempt(as('owner-1'), ['READ', 'ADMIN'])).error).toMatchObject({ code: '42501' });
      expect((await attempt(as('root', { admin: true }), ['READ', 'ADMIN'])).error).toBeNull();
      for (const scopes of [[], ['ROOT']])
        expect((await attempt(as('owner-1'), scopes)).error).toMatchObject({ code: '23514' });
    });

    it('are given no other scopes, owner or bound, nor their revocation back', async () => {
      const { as } = stage();
      const { id } = await make(as('owner-1'));
      const mine = as('owner-1').from('api_keys');
      for (const change of [
        { scopes: ['READ', 'TRAIN'] },
        { owner: ada },
        { requests_per_minute: 1 },
        { expires_at: null },
        { last_used_at: null },
        { old_hash: 'x' },
        { id: randomUUID() },
      ])
        expect((await mine.update(change).eq('id', id)).error).toMatchObject({ code: '42501' });
      const first = await mine.update(revoked).eq('id', id).select('id');
      expect(first.data).toHaveLength(1);
      for (const change of [{ revoked_at: null }, { hash: 'again' }]) {
        const undone = await mine.update(change).eq('id', id).select('id');
        expect(undone).toMatchObject({ data: [], error: null });
      }
    });

    it('are revoked by administrators too, and by nobody else', async () => {
      const { as } = stage();
      const { id, hash } = await make(as('owner-1'));
      const attempt = (client: SupabaseClient) =>
        client.from('api_keys').update(revoked).eq('id', id).select('id');
      expect(await attempt(as('owner-2'))).toMatchObject({ data: [], error: null });
      expect(await find(hash)).toMatchObject({ id, revoked_at: null });
      expect((await attempt(as('root', { admin: true }))).data).toHaveLength(1);
      expect(await find(hash)).toMatchObject({ id, revoked_at: '2026-11-30T00:00:00+00:00' });
    });

    it('go on by the secret before the last until its grace ends, and by none older', async () => {
      const { as } = stage();
      const { id, hash } = await make(as('owner-1'));
      const rotate = (to: string, graceUntil: Date) =>
        as('owner-1').from('api_keys').update({ hash: to, grace_until: graceUntil }).eq('id', id);
      const soon = new Date(Date.now() + 3_600_000);
      const [second, third, fourth] = [randomUUID(), randomUUID(), randomUUID()];
      await rotate(second, soon);
      const byOld = await find(hash);
      expect([byOld.id, new Date(byOld.expires_at)]).toEqual([id, soon]);
      expect(await find(second)).toMatchObject({ id, expires_at: null });
      await rotate(third, soon);
      expect([await find(hash), (await find(second))?.id, (await find(third))?.id]).toEqual([null, id, id]);
      await rotate(fourth, new Date(Date.now() - 1_000));
      expect([await find(third), (await find(fourth))?.id]).toEqual([null, id]);
    });

    it('end with the key that made them, and with the one that made that', async () => {
      const { as } = stage();
      const first = await make(as('owner-1'));
      const second = await make(as(`apikey:${first.id}`));
      const third = await make(as(`apikey:${second.id}`));
      expect(await find(third.hash)).toMatchObject({ owner: `apikey:${second.id}`, revoked_at: null });
      expect(await idsSeenBy(as(`apikey:${first.id}`))).not.toContain(third.id);
      await as('owner-1').from('api_keys').update(revoked).eq('id', first.id);
      for (const { hash } of [second, third]) expect((await find(hash)).revoked_at).not.toBeNull();
    });

    it('tell who is at the root of them, and beyond a hundred in a row no person and no key of the settings', async () => {
      const { as, database } = stage();
      const person = await make(as('owner-1'));
      expect(await find((await make(as(`apikey:${person.id}`))).hash)).toMatchObject({ root: 'owner-1' });
      const ofSettings = await make(as('apikey:job'));
      expect(await find((await make(as(`apikey:${ofSettings.id}`))).hash)).toMatchObject({
        root: 'apikey:job',
      });
      const last = randomUUID();
      await database.administer((query) =>
        query(`do $$ declare maker text := 'owner-1'; made uuid; begin
          for n in 1..102 loop
            insert into public.api_keys (owner, name, prefix, hash, scopes)
              values (maker, 'x', 'mlg_x', case n when 102 then '${last}' else gen_random_uuid()::text end, '{READ}')
              returning id into made;
            maker := 'apikey:' || made;
          end loop; end $$`),
      );
      expect((await find(last)).root).toMatch(/^apikey:[0-9a-f-]{36}$/);
    });

    it('are found by no hash that is not one of theirs', async () => {
      expect(await find('')).toBeNull();
      expect(await find(randomUUID())).toBeNull();
    });
  });

  describe('their use', () => {
    const count = (writer: string, batch: number, rows: object[]) =>
      stage().service.rpc('count_usage', { writer, batch, rows });
    const used = (key_id: string, more: object = {}) => ({
      key_id,
      day: '2026-11-30',
      requests: 2,
      errors: 1,
      cost: 10,
      used_at: '2026-11-30T10:00:00Z',
      ...more,
    });
    const usageSeenBy = async (client: SupabaseClient, key_ids: string[], since = '2026-11-01') =>
      (await client.rpc('usage_of', { key_ids, since })).data;

    it('is added up, each batch once', async () => {
      const { as } = stage();
      const { id } = await make(as('owner-1'));
      const writer = randomUUID();
      expect((await count(writer, 1, [used(id), used(id)])).data).toBe(true);
      expect((await count(writer, 1, [used(id)])).data).toBe(false);
      const later = { used_at: '2026-12-01T10:00:00Z', day: '2026-12-01' };
      await count(writer, 2, [used(id), used(id, later), used('of-the-settings')]);
      await count(randomUUID(), 1, [used(id, { used_at: '2026-11-29T10:00:00Z' })]);
      expect(await usageSeenBy(as('owner-1'), [id])).toEqual([
        { key_id: id, day: '2026-11-30', requests: 8, errors: 4, cost: 40 },
        { key_id: id, day: '2026-12-01', requests: 2, errors: 1, cost: 10 },
      ]);
      expect(await usageSeenBy(as('owner-1'), [id], '2026-12-01')).toHaveLength(1);
      const { data } = await as('owner-1').from('api_keys').select('last_used_at').eq('id', id).single();
      expect(data?.last_used_at).toBe('2026-12-01T10:00:00+00:00');
    });

    it('is seen with its key, of the settings by the key itself, and by administrators', async () => {
      const { as } = stage();
      const { id } = await make(as('owner-1'));
      const ofSettings = `job-${randomUUID()}`;
      await count(randomUUID(), 1, [used(id), used(ofSettings)]);
      const keys = [id, ofSettings];
      const seenBy = async (client: SupabaseClient) =>
        (await usageSeenBy(client, keys)).map(({ key_id }: { key_id: string }) => key_id);
      expect(await seenBy(as('owner-1'))).toEqual([id]);
      expect(await seenBy(as(`apikey:${id}`))).toEqual([id]);
      expect(await seenBy(as(`apikey:${ofSettings}`))).toEqual([ofSettings]);
      expect(await seenBy(as('owner-2'))).toEqual([]);
      expect((await seenBy(as('root', { admin: true }))).toSorted()).toEqual(keys.toSorted());
    });

    it('is counted by the service alone', async () => {
      const { as } = stage();
      const { id } = await make(as('owner-1'));
      const call = { writer: randomUUID(), batch: 1, rows: [used(id)] };
      for (const client of [as('owner-1'), as('root', { admin: true })])
        expect((await client.rpc('count_usage', call)).error).toMatchObject({ code: '42501' });
    });

    it('of the same keys by several processes at once waits, and nothing is lost', async () => {
      const { as } = stage();
      const keys = await Promise.all([1, 2, 3].map(() => make(as('owner-1'))));
      const rows = keys.map(({ id }) => used(id));
      const counted = await Promise.all(
        Array.from({ length: 8 }, (_, index) =>
          count(randomUUID(), 1, index % 2 === 0 ? rows : rows.toReversed()),
        ),
      );
      expect(counted.map(({ data }) => data)).toEqual(counted.map(() => true));
      const usage = await usageSeenBy(
        as('owner-1'),
        keys.map(({ id }) => id),
      );
      expect(usage.map(({ requests }: { requests: number }) => requests)).toEqual([16, 16, 16]);
    });
  });

  it('deletes no key, not for its owner, an administrator or the service', async () => {
    const { as, service } = stage();
    const { id } = await make(as('owner-1'));
    for (const client of [as('owner-1'), as('root', { admin: true }), service])
      expect((await client.from('api_keys').delete().eq('id', id)).error).toMatchObject({ code: '42501' });
  });
}
