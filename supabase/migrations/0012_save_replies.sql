-- Writes how far several replies of the caller have come: an array of { key, and the columns that are to be set }. One
-- call for all that a person has running costs the database little more than one call for one. Gives the keys of those
-- that are there; row-level security and the column grants of `messages` hold as they do for an update by itself.
create function public.save_replies(replies jsonb) returns setof uuid
language sql volatile security invoker set search_path = '' rows 10 as $$
  -- Materialized: reading a key from JSON is not leakproof, and beside row-level security only a condition that is may
  -- use an index. Else each call would read the whole table.
  with saved as materialized (
    select (change ->> 'key')::uuid as key, change from jsonb_array_elements(save_replies.replies) change
  )
  update public.messages m
  set (
    status, content, completed_at, citations, usage, error, pending_approvals, pending_consents, response_id, position
  ) = (
    select
      r.status, r.content, r.completed_at, r.citations, r.usage, r.error,
      r.pending_approvals, r.pending_consents, r.response_id, r.position
    from jsonb_populate_record(m, saved.change - 'key') r
  )
  from saved
  where m.key = saved.key and m.role = 'ASSISTANT'
  returning m.key
$$;
revoke all on function public.save_replies(jsonb) from public, anon, service_role;
grant execute on function public.save_replies(jsonb) to authenticated;
