-- Runs of services that forget theirs: who started which, with what, and what came of it.

create table public.service_runs (
  key uuid primary key default gen_random_uuid(),
  owner text not null default (auth.jwt() ->> 'sub'),
  kind text not null check (kind in ('TRAINING', 'PREDICTION')),
  service text not null,
  config_key text,
  model_key text,
  job_key text,
  artifact_key text,
  client_run_id text,
  content_hash text,
  status text not null default 'PENDING' check (
    status in (
      'PENDING', 'PREPARING', 'RUNNING', 'FINALIZING', 'PAUSED', 'CANCELING',
      'COMPLETED', 'FAILED', 'CANCELED', 'UNRESPONSIVE', 'UNKNOWN'
    )
  ),
  raw_status text not null default '',
  created_at timestamptz(3) not null default now(),
  started_at timestamptz(3),
  finished_at timestamptz(3),
  created_by text,
  error jsonb,
  unique (owner, client_run_id)
);
create index service_runs_by_time on public.service_runs (owner, service, created_at desc, key desc);
create index service_runs_by_artifact on public.service_runs (owner, artifact_key);

revoke all on public.service_runs from public, anon, authenticated, service_role;

alter table public.service_runs enable row level security;
alter table public.service_runs force row level security;

-- No key can be chosen: a collision would tell that the run exists.
grant select on public.service_runs to authenticated;
grant insert (
  owner, kind, service, config_key, model_key, client_run_id, content_hash, created_by
) on public.service_runs to authenticated;
grant update (
  job_key, artifact_key, status, raw_status, started_at, finished_at, error
) on public.service_runs to authenticated;
create policy service_runs_own on public.service_runs for all to authenticated
  using (owner = (select auth.jwt() ->> 'sub')) with check (owner = (select auth.jwt() ->> 'sub'));
