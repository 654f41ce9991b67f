import {
  type Database,
  migratedDump,
  openDatabase,
  serveSupabase,
} from '../../../emulators/supabase/index.ts';
import type { ServeOptions } from '../../../emulators/supabase/server.ts';
import { keys } from '../../database/support/project.ts';

/** Tables and functions to try the query forms on, with no policies in the way. */
export const sampleSchema = `
  create table public.models (
    id int primary key, name text unique not null, score numeric, tags text[] not null default '{}',
    meta jsonb, ready boolean, made_at timestamptz default '2026-01-02T03:04:05.678Z', size bigint
  );
  insert into public.models (id, name, score, tags, meta, ready, size) values
    (1, 'alpha', 0.5, '{a,b}', '{"k": {"deep": "x"}, "n": 1, "list": ["p", "q"]}', true, 9007199254740993),
    (2, 'beta', 0.75, '{b}', null, false, 2),
    (3, 'with, comma', null, '{}', '{"k": {"deep": "y"}, "n": 2}', null, 3),
    (4, 'quote " (x) \\ y', -1, '{"a,b"}', '[]', true, null);
  grant all on public.models to anon, authenticated, service_role;
  create table public.guarded (id int primary key, model int references public.models (id), ready boolean not null default true);
  grant select, insert on public.guarded to anon, authenticated;
  alter table public.guarded enable row level security;
  create function public.add(a int, b int default 10) returns int language sql as 'select a + b';
  create function public.nothing() returns void language sql as '';
  create function public.best(minimum numeric) returns setof public.models language sql stable
    as 'select * from public.models where score >= minimum';
  create function public.first_model() returns public.models language sql stable
    as 'select * from public.models order by id limit 1';
  create function public.names() returns setof text language sql stable as 'select name from public.models order by id';
  create function public.shape() returns jsonb language sql stable as $$ select '{"a": [1]}'::jsonb $$;
  create function public.rename_first() returns void language sql as $$ update public.models set name = 'x' where id = 1 $$;
  create function public.complain(code text) returns void language plpgsql as $$
    begin raise exception using errcode = code, message = 'no', detail = 'because', hint = 'try'; end $$;
  grant execute on all functions in schema public to anon, authenticated;`;

/** The emulator in this thread, with the sample tables besides ours. */
export async function startSample(options: Partial<ServeOptions> = {}) {
  const database: Database = await openDatabase({ dump: migratedDump });
  await database.administer((query) => query(sampleSchema));
  const emulator = await serveSupabase({ ...keys, ...options, database: Promise.resolve(database) });
  return { ...emulator, database };
}
