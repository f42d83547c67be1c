-- Proofs that somebody reads the mail of an account's address: of a new password, or of the address
-- itself. At most one of each kind is alive: asking again replaces it. The token itself is only in
-- the letter.

create table account_proofs (
    account_id    uuid not null references accounts on delete cascade,
    purpose       text not null check (purpose in ('password', 'address')),
    request_id    uuid not null unique,
    -- null until the letter is written
    token_hash    bytea unique,
    requested_at  timestamptz not null,
    expires_at    timestamptz not null,
    -- somebody is sending it until then
    claimed_until timestamptz,
    sent_at       timestamptz,
    primary key (account_id, purpose)
);
create index account_proofs_expiry on account_proofs (expires_at);
-- what stays when somebody leaves and others go on with their study
create index projects_owner on projects (owner_id);
-- whose address is to be forgotten before its time
create index audit_log_left on audit_log (account_id)
    where address is not null or user_agent is not null;

grant select, insert, update, delete on account_proofs to sight_app;

-- Maintenance removes proofs that are over, and forgets where those who have left came from.
grant select (account_id, purpose, expires_at), update (expires_at), delete on account_proofs
    to sight_maintenance;
grant select (id, deleted_at) on accounts to sight_maintenance;
grant select (account_id) on audit_log to sight_maintenance;
