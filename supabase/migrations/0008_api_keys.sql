-- Keys to this API, and how much each was used. Of a key there is only the hash, which nobody but the service role
-- reads; a hash of 256 random bits needs no salt and no slowness.

create table public.api_keys (
  id uuid primary key default gen_random_uuid(),
  -- Who made it: a person, or a service whose own key is `apikey:<id>`.
  owner text not null default (auth.jwt() ->> 'sub'),
  name text not null check (char_length(name) between 1 and 100),
  -- How the secret begins, for people to tell keys apart.
  prefix text not null,
  hash text not null unique,
  -- What a rotation replaced: good until then.
  old_hash text,
  grace_until timestamptz(3),
  scopes text[] not null check (
    cardinality(scopes) > 0
    and scopes <@ array['READ', 'TRAIN', 'PREDICT', 'CHAT', 'DEPLOY', 'KEYS', 'ADMIN']
  ),
  requests_per_minute integer check (requests_per_minute > 0),
  created_at timestamptz(3) not null default now(),
  expires_at timestamptz(3),
  revoked_at timestamptz(3),
  last_used_at timestamptz(3)
);
create index api_keys_by_time on public.api_keys (created_at desc, id desc);
create index api_keys_by_owner on public.api_keys (owner, created_at desc, id desc);
create index api_keys_by_old_hash on public.api_keys (old_hash) where old_hash is not null;

-- By day of UTC. A key of the settings has no row in api_keys, and is counted all the same.
create table public.api_key_usage (
  key_id text not null,
  day date not null,
  requests bigint not null default 0 check (requests >= 0),
  errors bigint not null default 0 check (errors >= 0),
  cost bigint not null default 0 check (cost >= 0),
  primary key (key_id, day)
);

-- The last batch of each process that counts, so that one which is sent again is not added again.
create table public.usage_writers (
  id uuid primary key,
  batch bigint not null,
  at timestamptz(3) not null default now()
);

revoke all on public.api_keys, public.api_key_usage, public.usage_writers
  from public, anon, authenticated, service_role;

alter table public.api_keys enable row level security;
alter table public.api_keys force row level security;
alter table public.api_key_usage enable row level security;
alter table public.api_key_usage force row level security;
alter table public.usage_writers enable row level security;
alter table public.usage_writers force row level security;

-- Its owner, the key itself and administrators see a key, without any hash. Rotation writes the hash and revocation its
-- time, both only while the key is good; nobody deletes, so that the trail's keys keep their names.
grant select (
  id, owner, name, prefix, scopes, requests_per_minute, created_at, expires_at, revoked_at, last_used_at
) on public.api_keys to authenticated;
grant insert (owner, name, prefix, hash, scopes, requests_per_minute, expires_at) on public.api_keys to authenticated;
grant update (prefix, hash, grace_until, revoked_at) on public.api_keys to authenticated;
create policy api_keys_read on public.api_keys for select to authenticated
  using (
    (select auth.jwt() ->> 'sub') in (owner, 'apikey:' || id)
    or (select public.is_admin())
  );
create policy api_keys_add on public.api_keys for insert to authenticated
  with check (
    owner = (select auth.jwt() ->> 'sub')
    and (not 'ADMIN' = any (scopes) or (select public.is_admin()))
  );
create policy api_keys_change on public.api_keys for update to authenticated
  using (
    revoked_at is null
    and ((select auth.jwt() ->> 'sub') in (owner, 'apikey:' || id) or (select public.is_admin()))
  )
  with check (true);

-- As of the key. The inner select is bound by the policy above.
grant select on public.api_key_usage to authenticated;
create policy api_key_usage_read on public.api_key_usage for select to authenticated
  using (
    'apikey:' || key_id = (select auth.jwt() ->> 'sub')
    or (select public.is_admin())
    or exists (select from public.api_keys k where k.id::text = api_key_usage.key_id)
  );

grant select, update (last_used_at) on public.api_keys to service_role;
grant select, insert, update on public.api_key_usage to service_role;
grant select, insert, update, delete on public.usage_writers to service_role;

-- Who rotates a key cannot read its hash, so the database itself keeps the old one. Of two rotations within the grace
-- the oldest secret is lost.
create function public.keep_old_hash() returns trigger language plpgsql set search_path = '' as $$
begin
  new.old_hash := old.hash;
  return new;
end
$$;
revoke all on function public.keep_old_hash() from public, anon, authenticated, service_role;
create trigger api_keys_keep_old_hash before update on public.api_keys
  for each row when (old.hash is distinct from new.hash) execute function public.keep_old_hash();

-- The key of a hash, or none. By what a rotation replaced it expires with the grace. One that another key made is
-- revoked when that is.
create function public.find_api_key(hash text)
returns table (
  id uuid, owner text, name text, prefix text, scopes text[], requests_per_minute integer,
  expires_at timestamptz, revoked_at timestamptz
)
language sql stable security invoker set search_path = '' rows 1 as $$
  with recursive found as (
    select k.* from public.api_keys k
    where k.hash = find_api_key.hash or (k.old_hash = find_api_key.hash and k.grace_until > now())
  ), makers as (
    select f.owner, f.revoked_at, 1 as depth from found f
    union all
    select k.owner, k.revoked_at, m.depth + 1 from makers m
    join public.api_keys k on m.owner = 'apikey:' || k.id
    where m.depth < 100
  )
  select f.id, f.owner, f.name, f.prefix, f.scopes, f.requests_per_minute,
    case when f.hash = find_api_key.hash then f.expires_at else least(f.expires_at, f.grace_until) end,
    (select min(m.revoked_at) from makers m)
  from found f
$$;
revoke all on function public.find_api_key(text) from public, anon, authenticated;
grant execute on function public.find_api_key(text) to service_role;

-- Adds up what one process counted: rows of { key_id, day, requests, errors, cost, used_at }. A writer numbers its
-- batches upward; one that is there already changes nothing, and is answered with false.
create function public.count_usage(writer uuid, batch bigint, rows jsonb) returns boolean
language plpgsql volatile security invoker set search_path = '' as $$
begin
  delete from public.usage_writers w where w.at < now() - interval '7 days';
  insert into public.usage_writers as w (id, batch) values (count_usage.writer, count_usage.batch)
    on conflict (id) do update set batch = excluded.batch, at = now() where w.batch < excluded.batch;
  if not found then
    return false;
  end if;

  -- In order, so that two processes wait for each other and never both.
  insert into public.api_key_usage as u (key_id, day, requests, errors, cost)
    select r.key_id, r.day, sum(r.requests), sum(r.errors), sum(r.cost)
    from jsonb_to_recordset(count_usage.rows)
      as r(key_id text, day date, requests bigint, errors bigint, cost bigint)
    group by 1, 2 order by 1, 2
    on conflict (key_id, day) do update set
      requests = u.requests + excluded.requests, errors = u.errors + excluded.errors, cost = u.cost + excluded.cost;
  update public.api_keys k set last_used_at = used.at
    from (
      select r.key_id, max(r.used_at) as at
      from jsonb_to_recordset(count_usage.rows) as r(key_id text, used_at timestamptz) group by 1
    ) used
    where k.id::text = used.key_id and (k.last_used_at is null or k.last_used_at < used.at);
  return true;
end
$$;
revoke all on function public.count_usage(uuid, bigint, jsonb) from public, anon, authenticated;
grant execute on function public.count_usage(uuid, bigint, jsonb) to service_role;

-- Use of several keys since a day, as far as the caller sees it: a list of { key_id, day, requests, errors, cost },
-- oldest first. One value, for a year of a hundred keys is more rows than one answer holds.
create function public.usage_of(key_ids text[], since date) returns jsonb
language sql stable security invoker set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(u) order by u.key_id, u.day), '[]')
  from public.api_key_usage u
  where u.key_id = any (usage_of.key_ids) and u.day >= usage_of.since
$$;
revoke all on function public.usage_of(text[], date) from public, anon, service_role;
grant execute on function public.usage_of(text[], date) to authenticated;
