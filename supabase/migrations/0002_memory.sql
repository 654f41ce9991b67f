-- What mlgraph remembers. A row's owner is the `sub` of the token, and nobody but its owner sees it: not the service
-- role either, which has no business here but the trail. Grants come by column, so that no key can be chosen (a
-- collision would tell that the row exists) and no owner changed.
--
-- Times are in milliseconds, as JavaScript holds them: a cursor made of one finds its row again.

create table public.people (
  key text primary key default (auth.jwt() ->> 'sub'),
  subject text,
  tenant_id text,
  email text,
  name text,
  role text not null default 'MEMBER' check (role in ('MEMBER', 'ADMIN')),
  created_at timestamptz(3) not null default now(),
  last_seen_at timestamptz(3)
);
create index people_by_time on public.people (created_at desc, key);

create table public.agents (
  owner text not null default (auth.jwt() ->> 'sub'),
  name text not null,
  version text,
  enabled boolean not null default true,
  description text,
  model text,
  tools jsonb not null default '[]',
  created_at timestamptz(3),
  synced_at timestamptz(3),
  primary key (owner, name)
);

create table public.sessions (
  key uuid primary key default gen_random_uuid(),
  owner text not null default (auth.jwt() ->> 'sub'),
  title text not null,
  agent_name text not null,
  conversation_id text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (key, owner)
);
create index sessions_by_use on public.sessions (owner, updated_at desc, key);

create table public.messages (
  key uuid primary key default gen_random_uuid(),
  session_key uuid not null,
  owner text not null default (auth.jwt() ->> 'sub'),
  role text not null check (role in ('USER', 'ASSISTANT')),
  status text not null check (
    status in (
      'PENDING', 'STREAMING', 'WAITING_FOR_APPROVAL', 'WAITING_FOR_CONSENT',
      'COMPLETED', 'INCOMPLETE', 'FAILED', 'CANCELED'
    )
  ),
  content text not null default '',
  created_at timestamptz(3) not null default now(),
  completed_at timestamptz(3),
  citations jsonb not null default '[]',
  usage jsonb,
  error jsonb,
  pending_approvals jsonb not null default '[]',
  pending_consents jsonb not null default '[]',
  client_message_id text,
  content_hash text,
  reply_to uuid,
  response_id text,
  position bigint not null default 0,
  ordinal bigint generated always as identity,
  -- With the owner in it: a reference to somebody else's session fails as one to no session does.
  foreign key (session_key, owner) references public.sessions (key, owner) on delete cascade,
  unique (session_key, client_message_id)
);
create index messages_in_order on public.messages (session_key, ordinal);
create unique index messages_one_open_reply on public.messages (session_key)
  where role = 'ASSISTANT' and status in ('PENDING', 'STREAMING', 'WAITING_FOR_APPROVAL', 'WAITING_FOR_CONSENT');
create index messages_open on public.messages (owner)
  where role = 'ASSISTANT' and status in ('PENDING', 'STREAMING', 'WAITING_FOR_APPROVAL', 'WAITING_FOR_CONSENT');

create table public.audit_events (
  id uuid primary key default gen_random_uuid(),
  at timestamptz(3) not null default now(),
  actor text not null,
  actor_kind text not null check (actor_kind in ('USER', 'SERVICE')),
  action text not null,
  target text,
  outcome text not null,
  upstream text,
  request_id text,
  key_prefix text
);
create index audit_events_by_time on public.audit_events (at desc, id desc);
create index audit_events_by_actor on public.audit_events (actor, at desc, id desc);

-- Supabase grants everything on a new table to everyone; what is meant is granted below.
revoke all on public.people, public.agents, public.sessions, public.messages, public.audit_events
  from public, anon, authenticated, service_role;

alter table public.people enable row level security;
alter table public.people force row level security;
alter table public.agents enable row level security;
alter table public.agents force row level security;
alter table public.sessions enable row level security;
alter table public.sessions force row level security;
alter table public.messages enable row level security;
alter table public.messages force row level security;
alter table public.audit_events enable row level security;
alter table public.audit_events force row level security;
