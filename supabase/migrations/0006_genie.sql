-- Conversations with Genie: who began which, and which question a client has asked already. All keys have the owner in
-- them, so that what one person writes never collides with another's, and tells nothing of it.

create table public.genie_conversations (
  owner text not null default (auth.jwt() ->> 'sub'),
  home text not null,
  space_key text not null,
  conversation_key text not null,
  -- Whose rights the conversation goes on with: its owner's, or those of the application.
  acts_as text not null check (acts_as in ('USER', 'APP')),
  title text,
  created_at timestamptz(3) not null default now(),
  primary key (owner, home, conversation_key)
);
create index genie_conversations_by_time
  on public.genie_conversations (owner, home, space_key, created_at desc, conversation_key desc);

create table public.genie_questions (
  owner text not null default (auth.jwt() ->> 'sub'),
  client_message_id text not null,
  content_hash text not null,
  -- Where the question stands in Genie: all three, or none while it is being asked.
  space_key text,
  conversation_key text,
  message_key text,
  primary key (owner, client_message_id),
  check (num_nulls(space_key, conversation_key, message_key) in (0, 3))
);

revoke all on public.genie_conversations, public.genie_questions from public, anon, authenticated, service_role;

alter table public.genie_conversations enable row level security;
alter table public.genie_conversations force row level security;
alter table public.genie_questions enable row level security;
alter table public.genie_questions force row level security;

-- A conversation stays what it began as: only its title changes.
grant select on public.genie_conversations to authenticated;
grant insert (owner, home, space_key, conversation_key, acts_as, title) on public.genie_conversations to authenticated;
grant update (title) on public.genie_conversations to authenticated;
create policy genie_conversations_own on public.genie_conversations for all to authenticated
  using (owner = (select auth.jwt() ->> 'sub')) with check (owner = (select auth.jwt() ->> 'sub'));

grant select, delete on public.genie_questions to authenticated;
grant insert (owner, client_message_id, content_hash) on public.genie_questions to authenticated;
grant update (space_key, conversation_key, message_key) on public.genie_questions to authenticated;
create policy genie_questions_own on public.genie_questions for all to authenticated
  using (owner = (select auth.jwt() ->> 'sub')) with check (owner = (select auth.jwt() ->> 'sub'));
