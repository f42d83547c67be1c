-- How far a persona is in the hands of the researchers: what is written is in use until somebody says otherwise.
alter table personas
    add column status text not null default 'active'
        check (status in ('draft', 'active', 'archived', 'needs_review'));

-- Links that show one persona, or a comparison, to whoever has the link. The token itself is nowhere: only the
-- one who makes the link is told it, once.
create table share_links (
    id             uuid primary key,
    project_id     uuid not null references projects on delete cascade,
    -- whose page the link belongs to
    persona_id     uuid not null references personas on delete cascade,
    -- with whom it is compared
    others         uuid[] not null default '{}' check (cardinality(others) <= 2),
    token_hash     bytea not null unique,
    created_by     uuid not null,
    created_at     timestamptz not null,
    expires_at     timestamptz not null,
    revoked_at     timestamptz,
    views          bigint not null default 0,
    last_viewed_at timestamptz
);
create index share_links_persona on share_links (persona_id, created_at desc);
create index share_links_project on share_links (project_id);
create index share_links_expiry on share_links (expires_at);

grant select, insert, update, delete on share_links to sight_app;
-- Maintenance removes those that are over, and never sees a token's hash.
grant select (id, expires_at), update (expires_at), delete on share_links to sight_maintenance;
