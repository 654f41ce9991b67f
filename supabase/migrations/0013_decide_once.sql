-- Several gateways may act on one reply at the same moment: which of them counts is told here, under the row's lock.

-- Stores the decision of one approval of a reply that waits for approval, unless it has one. Gives all approvals of the
-- reply as they are then; null where it does not wait, or is not the caller's.
create function public.decide_approval(message_key uuid, approval_id text, approve boolean, reason text)
returns jsonb
language sql volatile security invoker set search_path = '' as $$
  update public.messages m
  set pending_approvals = (
    select coalesce(
      jsonb_agg(
        case approval ->> 'id' when decide_approval.approval_id then
          -- The one that it has already is the right-hand one, which counts.
          jsonb_build_object(
            'decision', jsonb_build_object('approve', decide_approval.approve, 'reason', decide_approval.reason)
          ) || approval
        else approval end
        order by place
      ),
      '[]'
    )
    from jsonb_array_elements(m.pending_approvals) with ordinality as pending (approval, place)
  )
  where m.key = decide_approval.message_key and m.role = 'ASSISTANT' and m.status = 'WAITING_FOR_APPROVAL'
  returning m.pending_approvals
$$;
revoke all on function public.decide_approval(uuid, text, boolean, text) from public, anon, service_role;
grant execute on function public.decide_approval(uuid, text, boolean, text) to authenticated;

-- Has a reply go on that waits, and gives it as it is then; nothing where it waits no more, or is not the caller's. It
-- may wait several times: `position`, which grows with each, says which of them is meant.
create function public.continue_reply(message_key uuid, "position" bigint) returns setof public.messages
language sql volatile security invoker set search_path = '' rows 1 as $$
  update public.messages m
  set status = 'STREAMING', response_id = null, pending_approvals = '[]', pending_consents = '[]'
  where m.key = continue_reply.message_key and m.role = 'ASSISTANT'
    and m.status in ('WAITING_FOR_APPROVAL', 'WAITING_FOR_CONSENT') and m.position = continue_reply."position"
  returning m.*
$$;
revoke all on function public.continue_reply(uuid, bigint) from public, anon, service_role;
grant execute on function public.continue_reply(uuid, bigint) to authenticated;
