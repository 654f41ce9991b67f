-- Who may do what. `(select …)` around a helper lets it run once per statement and not once per row.

-- Whether the caller is an administrator: by the app role in their token, or by their own row. A definer's function,
-- because the policies of `people` ask it and would else ask themselves.
create function public.is_admin() returns boolean
language sql stable security definer set search_path = '' as $$
  select coalesce(auth.jwt() -> 'app_metadata' -> 'admin' = 'true'::jsonb, false)
    or exists (select from public.people where key = auth.jwt() ->> 'sub' and role = 'ADMIN')
$$;
revoke all on function public.is_admin() from public, anon, service_role;
grant execute on function public.is_admin() to authenticated;

-- people: everyone their own row; administrators read all. Without `role`, which nobody sets through the API.
grant select on public.people to authenticated, service_role;
grant insert (key, subject, tenant_id, email, name, last_seen_at) on public.people to authenticated;
grant update (subject, tenant_id, email, name, last_seen_at) on public.people to authenticated;
create policy people_read on public.people for select to authenticated
  using (key = (select auth.jwt() ->> 'sub') or (select public.is_admin()));
create policy people_add on public.people for insert to authenticated
  with check (key = (select auth.jwt() ->> 'sub'));
create policy people_change on public.people for update to authenticated
  using (key = (select auth.jwt() ->> 'sub')) with check (key = (select auth.jwt() ->> 'sub'));

-- agents: as their owner last saw them.
grant select, insert, update, delete on public.agents to authenticated;
create policy agents_own on public.agents for all to authenticated
  using (owner = (select auth.jwt() ->> 'sub')) with check (owner = (select auth.jwt() ->> 'sub'));

grant select, delete on public.sessions to authenticated;
grant insert (owner, title, agent_name, conversation_id, created_at, updated_at) on public.sessions to authenticated;
grant update (title, agent_name, conversation_id, updated_at) on public.sessions to authenticated;
create policy sessions_own on public.sessions for all to authenticated
  using (owner = (select auth.jwt() ->> 'sub')) with check (owner = (select auth.jwt() ->> 'sub'));

grant select, delete on public.messages to authenticated;
grant insert (
  session_key, owner, role, status, content, created_at, completed_at, citations, usage, error,
  pending_approvals, pending_consents, client_message_id, content_hash, reply_to, response_id, position
) on public.messages to authenticated;
grant update (
  status, content, completed_at, citations, usage, error,
  pending_approvals, pending_consents, response_id, position
) on public.messages to authenticated;
create policy messages_read on public.messages for select to authenticated
  using (owner = (select auth.jwt() ->> 'sub'));
-- A session that the caller cannot see is refused before any unique index is asked, which would tell of its messages.
create policy messages_add on public.messages for insert to authenticated
  with check (
    owner = (select auth.jwt() ->> 'sub')
    and exists (select from public.sessions where sessions.key = messages.session_key)
  );
create policy messages_change on public.messages for update to authenticated
  using (owner = (select auth.jwt() ->> 'sub')) with check (owner = (select auth.jwt() ->> 'sub'));
create policy messages_remove on public.messages for delete to authenticated
  using (owner = (select auth.jwt() ->> 'sub'));

-- audit_events: added by the service, read by administrators, changed by nobody, not even the table's owner.
grant insert on public.audit_events to service_role;
grant select on public.audit_events to authenticated;
create policy audit_events_read on public.audit_events for select to authenticated
  using ((select public.is_admin()));

create function public.refuse_change() returns trigger language plpgsql set search_path = '' as $$
begin
  raise exception using errcode = '42501', message = 'audit events are only ever added';
end
$$;
revoke all on function public.refuse_change() from public, anon, authenticated, service_role;
create trigger audit_events_only_added before update or delete or truncate on public.audit_events
  for each statement execute function public.refuse_change();
