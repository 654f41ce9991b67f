-- People whom an administrator creates before they first sign in. By tenant and subject a row has the key that the person
-- will come with. By e-mail alone its key is `invited:<uuid>`, until somebody signs in whose issuer vouches for that
-- e-mail: the gateway states it as `app_metadata.email` then, and never one that nobody vouches for.

alter table public.people add constraint people_invited_are_members
  check (key not like 'invited:%' or (email is not null and subject is null and tenant_id is null and role = 'MEMBER'));
create unique index people_invited on public.people (lower(email)) where key like 'invited:%';

-- An administrator sets the role of a new row, never of their own: nobody is made one for good by the app role alone.
grant insert (role) on public.people to authenticated;
alter policy people_add on public.people
  with check (key = (select auth.jwt() ->> 'sub') and role = 'MEMBER' and key not like 'invited:%');
create policy people_create on public.people for insert to authenticated
  with check (
    (select public.is_admin())
    and key <> (select auth.jwt() ->> 'sub')
    and last_seen_at is null
    and (key ~ '^invited:[0-9a-f-]{36}$' or key = 'entra:' || tenant_id || ':' || subject)
  );

-- Whom a row waits for sees it, and makes it theirs: `role` nobody changes.
grant update (key) on public.people to authenticated;
create policy people_find_invitation on public.people for select to authenticated
  using (key like 'invited:%' and lower(email) = lower((select auth.jwt() -> 'app_metadata' ->> 'email')));
create policy people_take_invitation on public.people for update to authenticated
  using (key like 'invited:%' and lower(email) = lower((select auth.jwt() -> 'app_metadata' ->> 'email')))
  with check (key = (select auth.jwt() ->> 'sub'));

-- Creates or refreshes the caller's own row, the one that waited for them where there is one, and returns it.
create or replace function public.see_person(subject text, tenant_id text, email text, name text)
returns setof public.people
language plpgsql volatile security invoker set search_path = '' rows 1 as $$
begin
  if auth.jwt() -> 'app_metadata' ->> 'email' is not null
    and not exists (select from public.people p where p.key = auth.jwt() ->> 'sub')
  then
    begin
      update public.people p set key = auth.jwt() ->> 'sub'
        where p.key like 'invited:%' and lower(p.email) = lower(auth.jwt() -> 'app_metadata' ->> 'email');
    exception when unique_violation then
      -- Another sign-in of theirs came first.
      null;
    end;
  end if;
  return query
    insert into public.people as p (key, subject, tenant_id, email, name, last_seen_at)
    values (
      auth.jwt() ->> 'sub', see_person.subject, see_person.tenant_id, see_person.email, see_person.name, now()
    )
    on conflict (key) do update set
      subject = excluded.subject, tenant_id = excluded.tenant_id,
      email = excluded.email, name = excluded.name, last_seen_at = excluded.last_seen_at
    returning p.*;
end
$$;

-- For administrators. By e-mail alone where there is no subject; one that is known of anybody is a unique_violation.
create function public.create_person(email text, name text, role text, tenant_id text, subject text)
returns setof public.people
language plpgsql volatile security invoker set search_path = '' rows 1 as $$
begin
  if create_person.subject is null
    and exists (select from public.people p where lower(p.email) = lower(create_person.email))
  then
    raise exception using errcode = '23505', message = 'somebody has this e-mail already';
  end if;
  return query
    insert into public.people as p (key, subject, tenant_id, email, name, role)
    values (
      case when create_person.subject is null then 'invited:' || gen_random_uuid()
        else 'entra:' || create_person.tenant_id || ':' || create_person.subject end,
      create_person.subject, create_person.tenant_id, create_person.email, create_person.name, create_person.role
    )
    returning p.*;
end
$$;
revoke all on function public.create_person(text, text, text, text, text) from public, anon, service_role;
grant execute on function public.create_person(text, text, text, text, text) to authenticated;
