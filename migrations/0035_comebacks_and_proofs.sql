-- What somebody had spent in a month who left in it, under a keyed hash of their address: whoever comes back in
-- the same month begins with it. It names nobody who has not the key, and goes with the month.
create table former_allowances (
    address_mac  text not null,
    -- the first day of a calendar month, UTC
    month        date not null,
    spent_micros bigint not null check (spent_micros > 0),
    primary key (address_mac, month)
);
create index former_allowances_month on former_allowances (month);

-- What an account of the same address had spent in this month before. It counts against the allowance, and not
-- once more in what all accounts together have spent.
alter table account_allowances
    add column carried_micros bigint not null default 0 check (carried_micros >= 0);

-- What all accounts of a plan have used together in a month is asked with every call that one of them pays.
create index account_allowances_month on account_allowances (month);

-- Another address is not proved by the proof of the one before, and neither by an e-mail that went there. The
-- same address in another composition is no other address. As its owner: whoever may change an address need
-- not see proofs.
create or replace function unprove_address() returns trigger
language plpgsql security definer set search_path = pg_catalog, public, pg_temp
as $$
begin
    if normalize(new.email, nfc) is distinct from normalize(old.email, nfc) then
        new.is_verified := false;
        delete from account_proofs where account_id = new.id;
    end if;
    return new;
end
$$;

grant select, insert, update on former_allowances to sight_app;
grant select (address_mac, month), update (month), delete on former_allowances to sight_maintenance;
