-- The order in which people became visible. By the time of day pages skipped people: workers take the time
-- before they commit, so somebody older could appear behind a page's cursor. This number is drawn under a lock
-- of the project that is held until the commit: whoever has a higher one became visible later.
create sequence personas_arrival;

alter table personas add column arrival bigint;
update personas p
set arrival = o.arrival
from (
    select id, nextval('personas_arrival') as arrival
    from (select id from personas order by created_at, id) as oldest_first
) o
where o.id = p.id;
alter table personas alter column arrival set not null;

create function number_arrival() returns trigger language plpgsql as $$
begin
    -- the first word keeps these locks apart from all others
    perform pg_advisory_xact_lock(27, hashtext(new.project_id::text));
    new.arrival := nextval('personas_arrival');
    return new;
end
$$;
create trigger personas_arrival before insert on personas
    for each row execute function number_arrival();

create index personas_in_order on personas (project_id, arrival) where deleted_at is null;
drop index personas_live;

grant usage on sequence personas_arrival to sight_app;

-- One person has one account, however their keyboard composes an address. Where both spellings have one
-- already, both stay; the runbook says how to find them.
update accounts a
set email = normalize(a.email, nfc)
where a.deleted_at is null
    and a.email is not nfc normalized
    and not exists (
        select
        from accounts other
        where other.id <> a.id
            and other.deleted_at is null
            and normalize(other.email, nfc) = normalize(a.email, nfc)
            and (other.email is nfc normalized or (other.created_at, other.id) < (a.created_at, a.id))
    );
