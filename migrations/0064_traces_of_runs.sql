-- The trace of the click that started a run (32 hexadecimal digits): what `maintenance republish` sends goes on
-- with it, although no request of that click is at work any more.
alter table runs add column trace text;

grant select (trace) on runs to sight_maintenance;
