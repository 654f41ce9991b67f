-- What must happen in one transaction. All run as their caller, so that the policies hold inside them.

-- Creates or refreshes the caller's own row, and returns it.
create function public.see_person(subject text, tenant_id text, email text, name text)
returns setof public.people
language sql volatile security invoker set search_path = '' rows 1 as $$
  insert into public.people as p (key, subject, tenant_id, email, name, last_seen_at)
  values (
    auth.jwt() ->> 'sub', see_person.subject, see_person.tenant_id, see_person.email, see_person.name, now()
  )
  on conflict (key) do update set
    subject = excluded.subject, tenant_id = excluded.tenant_id,
    email = excluded.email, name = excluded.name, last_seen_at = excluded.last_seen_at
  returning p.*
$$;
revoke all on function public.see_person(text, text, text, text) from public, anon, service_role;
grant execute on function public.see_person(text, text, text, text) to authenticated;

-- Stores a user message with its pending reply: { message, reply, repeated }, rows of `messages`. A
-- client_message_id that the session has already gives the pair there is, repeated, whatever the content. Null where
-- the session has an open reply. Raises PT404 for a session that is not the caller's or is none.
create function public.add_exchange(session_key uuid, content text, client_message_id text, content_hash text)
returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  asked public.messages;
  reply public.messages;
  again boolean := true;
begin
  -- Two sends to one session follow each other.
  update public.sessions s set updated_at = now() where s.key = add_exchange.session_key;
  if not found then
    raise exception using errcode = 'PT404', message = 'no such session';
  end if;

  select m.* into asked from public.messages m
    where m.session_key = add_exchange.session_key and m.client_message_id = add_exchange.client_message_id;
  if asked.key is null then
    again := false;
    if exists (
      select from public.messages m
      where m.session_key = add_exchange.session_key and m.role = 'ASSISTANT'
        and m.status in ('PENDING', 'STREAMING', 'WAITING_FOR_APPROVAL', 'WAITING_FOR_CONSENT')
    ) then
      return null;
    end if;
    insert into public.messages as m (
      session_key, role, status, content, completed_at, client_message_id, content_hash
    ) values (
      add_exchange.session_key, 'USER', 'COMPLETED', add_exchange.content, now(),
      add_exchange.client_message_id, add_exchange.content_hash
    ) returning m.* into asked;
    insert into public.messages as m (session_key, role, status, reply_to)
      values (add_exchange.session_key, 'ASSISTANT', 'PENDING', asked.key)
      returning m.* into reply;
  else
    select m.* into reply from public.messages m
      where m.session_key = add_exchange.session_key and m.reply_to = asked.key
      order by m.ordinal desc limit 1;
  end if;
  return jsonb_build_object('message', to_jsonb(asked), 'reply', to_jsonb(reply), 'repeated', again);
end
$$;
revoke all on function public.add_exchange(uuid, text, text, text) from public, anon, service_role;
grant execute on function public.add_exchange(uuid, text, text, text) to authenticated;
