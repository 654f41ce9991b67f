-- A flood of refused credentials is one line a minute, with how many there were.
alter table public.audit_events add column count integer not null default 1 check (count > 0);
