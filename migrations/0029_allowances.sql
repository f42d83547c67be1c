-- Two purses pay for a call: its project's budget, and the allowance of whoever asked for it. A call that
-- was sent and of which nobody learned the cost is spent at its worst case.

-- What somebody's calls have cost in a month. A row comes with their first call of the month; the most that
-- it may reach is not here: it follows from their plan.
create table account_allowances (
    account_id      uuid not null references accounts on delete cascade,
    -- the first day of a calendar month, UTC
    month           date not null,
    spent_micros    bigint not null default 0 check (spent_micros >= 0),
    reserved_micros bigint not null default 0 check (reserved_micros >= 0),
    primary key (account_id, month)
);

alter table model_calls
    -- who pays beside the project; null for calls from before, and for simulated ones
    add column account_id uuid,
    -- whose month it is booked in, however late it is settled
    add column month date,
    -- when the request went out; null while nothing was sent
    add column sent_at timestamptz,
    -- false when nobody knows what the model costs
    add column is_priced boolean not null default true;

-- What is under way while this is applied has been sent.
update model_calls set sent_at = created_at where state = 'reserved';

-- Projects that are there keep what their admins have set, most of them no limit: no work stops, and the
-- allowances bind them as well.

grant select, insert, update on account_allowances to sight_app;
grant select, update on account_allowances to sight_maintenance;
