-- A run may wait for another: it begins when that has ended, however it ended.

alter table runs add column waits_for uuid references runs on delete set null;
create index runs_waiting on runs (waits_for) where waits_for is not null;

grant select (waits_for, cancel_requested_at) on runs to sight_maintenance;
