-- What Supabase has from the beginning, for a PostgreSQL that does not: the API's roles and auth.jwt().
-- Nothing that is there already is touched.

do $$
begin
  if to_regrole('anon') is null then
    create role anon nologin noinherit;
  end if;
  if to_regrole('authenticated') is null then
    create role authenticated nologin noinherit;
  end if;
  if to_regrole('service_role') is null then
    create role service_role nologin noinherit bypassrls;
  end if;
  if to_regrole('authenticator') is null then
    create role authenticator login noinherit;
    grant anon, authenticated, service_role to authenticator;
  end if;
end
$$;

do $$
begin
  if to_regnamespace('auth') is null then
    create schema auth;
    grant usage on schema auth to anon, authenticated, service_role;
  end if;
  if to_regprocedure('auth.jwt()') is null then
    -- After a transaction that set it, the setting reads '' and not null.
    create function auth.jwt() returns jsonb language sql stable set search_path = '' as
      $sql$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $sql$;
  end if;
  if to_regprocedure('auth.role()') is null then
    create function auth.role() returns text language sql stable set search_path = '' as
      $sql$ select auth.jwt() ->> 'role' $sql$;
  end if;
end
$$;

grant usage on schema public to anon, authenticated, service_role;
