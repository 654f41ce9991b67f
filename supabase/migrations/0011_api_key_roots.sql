-- Also who made the first of the keys that led to a key: a person; or a key that has no row, which is one of the settings,
-- and ends what it made when it is taken out of those. Of a hundred keys in a row it is the last one looked at, which
-- is no key of the settings: what is made beyond is good for nothing.

drop function public.find_api_key(text);
create function public.find_api_key(hash text)
returns table (
  id uuid, owner text, name text, prefix text, scopes text[], requests_per_minute integer,
  expires_at timestamptz, revoked_at timestamptz, root text
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
    (select min(m.revoked_at) from makers m),
    (select m.owner from makers m order by m.depth desc limit 1)
  from found f
$$;
revoke all on function public.find_api_key(text) from public, anon, authenticated;
grant execute on function public.find_api_key(text) to service_role;
