import { randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../emulators/supabase/index.ts';
import type { PersonFacts } from './project.ts';

type UserStage = { database: Database; as(sub: string, facts?: PersonFacts): SupabaseClient };
type Person = {
  key: string;
  role: string;
  subject: string | null;
  email: string;
  last_seen_at: string | null;
};

const refused = { code: '42501' };
const taken = { code: '23505' };

/** Who creates people, and who becomes the one that was created. */
export function describeUserPolicies(stage: () => UserStage): void {
  const root = () => stage().as('entra:t:root', { admin: true });
  const invitation = (email: string, more: object = {}) => ({
    ...{ email, name: 'Somebody', role: 'MEMBER', tenant_id: null, subject: null },
    ...more,
  });
  const create = (client: SupabaseClient, person: object) => client.rpc('create_person', person);
  const signIn = async (client: SupabaseClient, email: string): Promise<Person> => {
    const { data, error } = await client.rpc('see_person', {
      subject: 's',
      tenant_id: null,
      email,
      name: 'N',
    });
    expect(error).toBeNull();
    return data[0];
  };
  const mail = () => `${randomUUID()}@contoso.example`;
  const rowsOf = (email: string) =>
    stage().database.administer((query) =>
      query('select key, role from people where lower(email) = lower($1) order by key', [email]),
    );

  describe('people who have not signed in', () => {
    it('are created by administrators alone, by their token or by their row', async () => {
      const { as, database } = stage();
      await database.administer((query) =>
        query(`insert into people (key, role) values ('entra:t:stored', 'ADMIN') on conflict do nothing`),
      );
      for (const client of [root(), as('entra:t:stored')])
        expect((await create(client, invitation(mail()))).error).toBeNull();
      const email = mail();
      expect((await create(as('entra:t:member'), invitation(email))).error).toMatchObject(refused);
      const key = `invited:${randomUUID()}`;
      const direct = as('entra:t:member').from('people').insert({ key, email });
      expect((await direct).error).toMatchObject(refused);
      expect(await rowsOf(email)).toEqual([]);
    });

    it('are members by e-mail alone, and administrators by tenant and subject', async () => {
      expect((await create(root(), invitation(mail(), { role: 'ADMIN' }))).error).toMatchObject({
        code: '23514',
      });
      const subject = randomUUID();
      const { data, error } = await create(
        root(),
        invitation(mail(), { role: 'ADMIN', tenant_id: 't', subject }),
      );
      expect([error, data[0]]).toMatchObject([
        null,
        { key: `entra:t:${subject}`, role: 'ADMIN', last_seen_at: null },
      ]);
      const hers = await signIn(stage().as(`entra:t:${subject}`), 'her own');
      expect(hers).toMatchObject({ role: 'ADMIN', email: 'her own', last_seen_at: expect.any(String) });
    });

    it('are nobody who is known already', async () => {
      const email = mail();
      await signIn(stage().as(`entra:t:${randomUUID()}`), email);
      expect((await create(root(), invitation(email.toUpperCase()))).error).toMatchObject(taken);
      const subject = randomUUID();
      const identified = invitation(email, { tenant_id: 't', subject });
      expect((await create(root(), identified)).error).toBeNull();
      expect((await create(root(), identified)).error).toMatchObject(taken);
      const other = mail();
      const both = await Promise.all([1, 2].map(() => create(root(), invitation(other))));
      expect(both.map(({ error }) => error?.code).toSorted()).toEqual(['23505', undefined]);
    });

    it('have a key that says how they will come, and none of the administrator', async () => {
      const { as } = stage();
      const by = (key: string, more: object = {}) =>
        root()
          .from('people')
          .insert({ key, email: mail(), ...more });
      for (const call of [
        by('entra:t:root', { role: 'ADMIN', tenant_id: 't', subject: 'root' }),
        by('entra:t:a', { role: 'ADMIN', tenant_id: 't', subject: 'b' }),
        by('oidc:x:y', { role: 'ADMIN' }),
        by('anything'),
        by('invited:me'),
        by(`entra:t:${randomUUID()}`, { last_seen_at: '2026-01-01T00:00:00Z' }),
      ])
        expect((await call).error).toMatchObject(refused);
      const own = as(`invited:${randomUUID()}`).rpc('see_person', {
        subject: 's',
        tenant_id: 't',
        email: mail(),
        name: 'N',
      });
      expect((await own).error).toMatchObject(refused);
    });

    it('are whoever first signs in with the e-mail that their issuer vouches for', async () => {
      const { as } = stage();
      const email = mail();
      const { data } = await create(root(), invitation(email));
      const [created] = data;
      const sub = `oidc:staff:${randomUUID()}`;
      const seen = await signIn(as(sub, { email: email.toUpperCase() }), email);
      expect(seen).toMatchObject({ key: sub, role: 'MEMBER', created_at: created.created_at, name: 'N' });
      expect(await rowsOf(email)).toEqual([{ key: sub, role: 'MEMBER' }]);
      const second = await signIn(as(`oidc:staff:${randomUUID()}`, { email }), email);
      expect(second.key).not.toBe(sub);
      expect(await rowsOf(email)).toHaveLength(2);
    });

    it('are nobody who only says that the e-mail is theirs, or has signed in before', async () => {
      const { as } = stage();
      const email = mail();
      await create(root(), invitation(email));
      const before = `oidc:staff:${randomUUID()}`;
      await signIn(as(before), mail());
      for (const client of [as(`entra:t:${randomUUID()}`), as(before, { email }), as(before)])
        await signIn(client, email);
      expect((await rowsOf(email)).filter(({ key }) => String(key).startsWith('invited:'))).toHaveLength(1);
    });

    it('are one person, of two sign-ins at once', async () => {
      const { as } = stage();
      const email = mail();
      await create(root(), invitation(email));
      const sub = `oidc:staff:${randomUUID()}`;
      await Promise.all([1, 2, 3].map(() => signIn(as(sub, { email }), email)));
      expect(await rowsOf(email)).toEqual([{ key: sub, role: 'MEMBER' }]);
    });

    it('are seen and taken by nobody else, and give nobody a role', async () => {
      const { as } = stage();
      const email = mail();
      await create(root(), invitation(email));
      const [waiting] = await rowsOf(email);
      const key = String(waiting?.key);
      const ben = as('entra:t:ben-else');
      expect((await ben.from('people').select('key').eq('key', key)).data).toEqual([]);
      expect(
        (await ben.from('people').update({ key: 'entra:t:ben-else' }).eq('key', key).select('key')).data,
      ).toEqual([]);
      const hers = as('oidc:staff:hers', { email });
      for (const change of [{ role: 'ADMIN' }, { key: 'oidc:staff:hers', role: 'ADMIN' }])
        expect((await hers.from('people').update(change).eq('key', key)).error).toMatchObject(refused);
      for (const other of ['oidc:staff:other', 'invited:x', `invited:${randomUUID()}`])
        expect((await hers.from('people').update({ key: other }).eq('key', key)).error).toMatchObject(
          refused,
        );
      expect(await rowsOf(email)).toEqual([waiting]);
    });
  });
}
