import type { SupabaseClient } from '@supabase/supabase-js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { clientOf, mint } from '../database/support/project.ts';
import { sampleSchema, startSample } from './support/supabase.ts';

let sample: Awaited<ReturnType<typeof startSample>>;
let client: SupabaseClient;
beforeAll(async () => {
  sample = await startSample({ maxRows: 3 });
  client = clientOf(sample.url, mint('ada'));
});
afterAll(() => sample?.close());

const models = () => client.from('models');
/** The ids that a query gives, or its error. */
const ids = async (query: PromiseLike<{ data: unknown; error: unknown }>) => {
  const { data, error } = await query;
  return error ?? (data as { id: number }[]).map(({ id }) => id);
};

describe('reading', () => {
  it('writes types as PostgREST does: numbers, arrays, JSON, times with an offset', async () => {
    const { data } = await models().select('*').eq('id', 2).single();
    expect(data).toEqual({
      id: 2,
      name: 'beta',
      score: 0.75,
      tags: ['b'],
      meta: null,
      ready: false,
      made_at: '2026-01-02T03:04:05.678+00:00',
      size: 2,
    });
  });

  it('selects columns, by another name, cast, and out of JSON', async () => {
    const { data } = await models()
      .select('id, label:name, score::text, meta->k->>deep, second:meta->list->1')
      .eq('id', 1)
      .single();
    expect(data).toEqual({ id: 1, label: 'alpha', score: '0.5', deep: 'x', second: 'q' });
  });

  it.each<[string, () => PromiseLike<{ data: unknown; error: unknown }>, number[]]>([
    ['eq', () => models().select('id').eq('name', 'beta'), [2]],
    ['eq of a boolean', () => models().select('id').eq('ready', false), [2]],
    ['eq of a bigint', () => models().select('id').eq('size', '9007199254740993'), [1]],
    ['eq of a time', () => models().select('id').eq('made_at', '2026-01-02T03:04:05.678Z').eq('id', 1), [1]],
    ['neq', () => models().select('id').neq('id', 1), [2, 3, 4]],
    ['gt and lte', () => models().select('id').gt('id', 1).lte('id', 3), [2, 3]],
    ['gte and lt', () => models().select('id').gte('score', 0.5).lt('score', 0.75), [1]],
    ['like', () => models().select('id').like('name', '%eta'), [2]],
    ['like with stars', () => models().select('id').like('name', '*eta'), [2]],
    ['ilike', () => models().select('id').ilike('name', 'ALP%'), [1]],
    ['likeAnyOf', () => models().select('id').likeAnyOf('name', ['al%', 'be%']), [1, 2]],
    ['is null', () => models().select('id').is('score', null), [3]],
    ['is true', () => models().select('id').is('ready', true), [1, 4]],
    ['not is null', () => models().select('id').not('score', 'is', null).lt('id', 3), [1, 2]],
    ['in', () => models().select('id').in('name', ['alpha', 'with, comma']), [1, 3]],
    ['in nothing', () => models().select('id').in('id', []), []],
    ['not in', () => models().select('id').not('id', 'in', '(1,2)'), [3, 4]],
    ['a value with all that is special', () => models().select('id').eq('name', 'quote " (x) \\ y'), [4]],
    ['contains', () => models().select('id').contains('tags', ['b']), [1, 2]],
    ['contains JSON', () => models().select('id').contains('meta', { n: 2 }), [3]],
    ['containedBy', () => models().select('id').containedBy('tags', ['b']), [2, 3]],
    ['overlaps', () => models().select('id').overlaps('tags', ['a', 'c']), [1]],
    ['a filter on JSON', () => models().select('id').eq('meta->k->>deep', 'y'), [3]],
    ['or', () => models().select('id').or('id.eq.1,name.eq.beta'), [1, 2]],
    ['or with and', () => models().select('id').or('id.eq.4,and(id.gt.1,score.not.is.null,id.lt.4)'), [2, 4]],
    [
      'or with in and quotes',
      () => models().select('id').or('name.in.("with, comma",alpha),id.eq.4'),
      [1, 3, 4],
    ],
    ['or with a contained array', () => models().select('id').or('tags.cs.{a,b},id.eq.3'), [1, 3]],
    ['match', () => models().select('id').match({ id: 1, name: 'alpha' }), [1]],
    ['two filters on one column', () => models().select('id').neq('id', 1).neq('id', 2), [3, 4]],
  ])('filters by %s', async (_, query, expected) => {
    expect(await ids(query())).toEqual(expected);
  });

  it('orders by several columns, with nulls where they are wanted', async () => {
    expect(
      await ids(models().select('id').order('score', { ascending: false, nullsFirst: false }).limit(3)),
    ).toEqual([2, 1, 4]);
    expect(await ids(models().select('id').order('score', { nullsFirst: true }))).toEqual([3, 4, 1]);
    expect(await ids(models().select('id').order('ready').order('id', { ascending: false }))).toEqual([
      2, 4, 1,
    ]);
  });

  it('limits, begins later, counts, and cuts silently at its own limit', async () => {
    const range = await models().select('id', { count: 'exact' }).order('id').range(1, 2);
    expect([range.status, range.count, range.data]).toEqual([206, 4, [{ id: 2 }, { id: 3 }]]);
    const cut = await models().select('id', { count: 'exact' }).order('id');
    expect([cut.status, cut.count, cut.data?.length]).toEqual([206, 4, 3]);
    const all = await models().select('id', { count: 'exact' }).lt('id', 3);
    expect([all.status, all.count]).toEqual([200, 2]);
    const head = await models().select('*', { count: 'exact', head: true });
    expect([head.status, head.count, head.data]).toEqual([206, 4, null]);
    const beyond = await models().select('id', { count: 'exact' }).range(10, 12);
    expect([beyond.status, beyond.error?.code]).toEqual([416, 'PGRST103']);
  });

  it('gives one object where there is one, and says so where not', async () => {
    expect((await models().select('id').eq('id', 9).maybeSingle()).data).toBeNull();
    const none = await models().select('id').eq('id', 9).single();
    expect([none.status, none.error?.code, none.error?.details]).toEqual([
      406,
      'PGRST116',
      'The result contains 0 rows',
    ]);
    expect((await models().select('id').lt('id', 3).maybeSingle()).error?.code).toBe('PGRST116');
  });
});

describe('changing', () => {
  beforeEach(async () => {
    await sample.database.administer((query) =>
      query(`delete from models; ${/insert into public\.models[^;]+;/.exec(sampleSchema)?.[0]}`),
    );
  });

  it('inserts one and several, with nothing back, or rows', async () => {
    const bare = await models().insert({ id: 10, name: 'ten' });
    expect([bare.status, bare.data]).toEqual([201, null]);
    const several = await models()
      .insert([
        { id: 11, name: 'eleven', tags: ['x'] },
        { id: 12, name: 'twelve', tags: [], meta: { a: 1 } },
      ])
      .select('id,tags,meta');
    expect(several.data).toEqual([
      { id: 11, tags: ['x'], meta: null },
      { id: 12, tags: [], meta: { a: 1 } },
    ]);
    const one = await models().insert({ id: 13, name: 'thirteen' }).select('name').single();
    expect([one.status, one.data]).toEqual([201, { name: 'thirteen' }]);
    expect((await models().insert([])).status).toBe(201);
  });

  it('fills what is missing with null, or with the default where asked', async () => {
    const rows = [
      { id: 20, name: 'a', tags: ['x'] },
      { id: 21, name: 'b' },
    ];
    expect((await models().insert(rows)).error).toMatchObject({ code: '23502' });
    const filled = await models().insert(rows, { defaultToNull: false }).select('id,tags');
    expect(filled.data).toEqual([
      { id: 20, tags: ['x'] },
      { id: 21, tags: [] },
    ]);
  });

  it('upserts: merged or ignored, 201 where a row is new and 200 where none is', async () => {
    const merged = await models().upsert({ id: 1, name: 'alpha 2' }).select('name,score');
    expect([merged.status, merged.data]).toEqual([200, [{ name: 'alpha 2', score: 0.5 }]]);
    const mixed = await models().upsert([
      { id: 1, name: 'alpha 3' },
      { id: 30, name: 'thirty' },
    ]);
    expect(mixed.status).toBe(201);
    const ignored = await models().upsert({ id: 1, name: 'no' }, { ignoreDuplicates: true }).select();
    expect([ignored.status, ignored.data]).toEqual([201, []]);
    const byName = await models().upsert({ id: 31, name: 'beta' }, { onConflict: 'name' }).select('id,score');
    expect(byName.data).toEqual([{ id: 31, score: 0.75 }]);
  });

  it('updates and deletes what the filters meet', async () => {
    const changed = await models()
      .update({ score: 1, meta: { a: null } })
      .lte('id', 2)
      .select('id,score,meta');
    expect([changed.status, changed.data]).toEqual([
      200,
      [
        { id: 1, score: 1, meta: { a: null } },
        { id: 2, score: 1, meta: { a: null } },
      ],
    ]);
    const bare = await models().update({ score: 2 }, { count: 'exact' }).eq('id', 1);
    expect([bare.status, bare.count, bare.data]).toEqual([204, 1, null]);
    expect((await models().update({ score: 2 }).eq('id', 99).select()).data).toEqual([]);
    const gone = await models().delete({ count: 'exact' }).in('id', [1, 2]);
    expect([gone.status, gone.count]).toEqual([204, 2]);
    expect((await models().delete().eq('id', 3).select('id')).data).toEqual([{ id: 3 }]);
  });

  it('takes a change back that touched too much, or was to give one row and did not', async () => {
    const many = await models().delete().gt('id', 0).setHeader('Prefer', 'handling=strict, max-affected=1');
    expect([many.status, many.error?.code]).toEqual([400, 'PGRST124']);
    expect((await models().delete().gt('id', 0).select().single()).error?.code).toBe('PGRST116');
    expect(await ids(models().select('id').lt('id', 4))).toEqual([1, 2, 3]);
  });

  it('keeps values values: what looks like SQL is text', async () => {
    const name = `'; drop table models; --`;
    await models().insert({ id: 40, name });
    expect((await models().select('name').eq('name', name).single()).data).toEqual({ name });
    const odd = await client.from('models').select('id').eq('na"me; drop table models', 'x');
    expect(odd.error).toMatchObject({ code: '42703' });
  });
});

describe('functions', () => {
  it('gives scalars, nothing, rows, one row, values and JSON', async () => {
    expect((await client.rpc('add', { a: 1, b: 2 })).data).toBe(3);
    expect((await client.rpc('add', { a: 1 })).data).toBe(11);
    const nothing = await client.rpc('nothing');
    expect([nothing.status, nothing.data]).toEqual([204, null]);
    expect((await client.rpc('best', { minimum: 0.5 }).select('id').order('id').limit(1)).data).toEqual([
      { id: 1 },
    ]);
    expect((await client.rpc('first_model')).data).toMatchObject({ id: 1, name: 'alpha' });
    expect((await client.rpc('names')).data).toContain('alpha');
    expect((await client.rpc('shape')).data).toEqual({ a: [1] });
    expect((await client.rpc('add', { a: 1, b: 2 }, { get: true })).data).toBe(3);
  });

  it('runs one called by GET in a transaction that only reads', async () => {
    const refused = await client.rpc('rename_first', {}, { get: true });
    expect([refused.status, refused.error?.code]).toEqual([405, '25006']);
  });
});

describe('errors', () => {
  beforeAll(() => client.from('models').upsert({ id: 1, name: 'alpha' }));

  it.each<[string, () => PromiseLike<{ status: number; error: unknown }>, number, string]>([
    ['an unknown table', () => client.from('nope').select(), 404, 'PGRST205'],
    ['an unknown column', () => models().select('nope'), 400, '42703'],
    ['an unknown column to write', () => models().insert({ nope: 1 }), 400, 'PGRST204'],
    ['an unknown function', () => client.rpc('nope', { a: 1 }), 404, 'PGRST202'],
    ['unknown arguments', () => client.rpc('add', { c: 1 }), 404, 'PGRST202'],
    ['an unknown operator', () => models().select().filter('id', 'nope', '1'), 400, 'PGRST100'],
    ['a filter on what is not embedded', () => models().select().eq('other.id', 1), 400, 'PGRST108'],
    ['an aggregate', () => models().select('id.sum()'), 400, 'PGRST123'],
    ['a value of another type', () => models().select().eq('id', 'x'), 400, '22P02'],
    ['a missing value', () => models().insert({ id: 50 }), 400, '23502'],
    ['a duplicate', () => models().insert({ id: 1, name: 'other' }), 409, '23505'],
    ['what RAISE raises', () => client.rpc('complain', { code: 'P0001' }), 400, 'P0001'],
    ['a status raised', () => client.rpc('complain', { code: 'PT418' }), 418, 'PT418'],
    ['another schema', () => client.schema('auth').from('users').select(), 406, 'PGRST106'],
    ['a policy that lets nothing in', () => client.from('guarded').insert({ id: 1 }), 403, '42501'],
    ['the same to nobody', () => clientOf(sample.url).from('guarded').insert({ id: 1 }), 401, '42501'],
  ])('answers %s', async (_, call, status, code) => {
    const answered = await call();
    expect([answered.status, answered.error]).toMatchObject([status, { code }]);
  });

  it('passes on detail and hint', async () => {
    const { error } = await client.rpc('complain', { code: 'P0001' });
    expect(error).toMatchObject({ message: 'no', details: 'because', hint: 'try' });
  });
});
