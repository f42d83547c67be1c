-- Working together: what people say about a subject, what is to be done, who is told of it, and in which order it
-- all happened.

-- What can be talked about: everything of these kinds that is not deleted.
create view subjects as
select 'persona' as kind, id, project_id from personas where deleted_at is null
union all
select 'focus_group', id, project_id from focus_groups
union all
select 'survey', id, project_id from surveys where deleted_at is null;

-- The first comment of a thread is its own thread. Whatever removes a subject removes what was said about it.
create table comments (
    id             uuid primary key,
    project_id     uuid not null references projects on delete cascade,
    persona_id     uuid references personas on delete cascade,
    focus_group_id uuid references focus_groups on delete cascade,
    survey_id      uuid references surveys on delete cascade,
    subject_kind   text not null generated always as (
        case
            when persona_id is not null then 'persona'
            when focus_group_id is not null then 'focus_group'
            else 'survey'
        end
    ) stored,
    subject_id     uuid not null
        generated always as (coalesce(persona_id, focus_group_id, survey_id)) stored,
    thread_id      uuid not null references comments on delete cascade,
    author_id      uuid not null,
    -- null of one that was deleted and has replies
    text           text,
    mentions       uuid[] not null default '{}' check (cardinality(mentions) <= 20),
    created_at     timestamptz not null,
    edited_at      timestamptz,
    deleted_at     timestamptz,
    -- of a whole thread, at its first comment
    resolved_at    timestamptz,
    resolved_by    uuid,
    -- how the same request is recognised when it comes twice
    request_key    text,
    request_hash   bytea,
    check (num_nonnulls(persona_id, focus_group_id, survey_id) = 1),
    check ((text is null) = (deleted_at is not null)),
    check (resolved_at is null or thread_id = id),
    check ((request_key is null) = (request_hash is null))
);
create unique index comments_request_key on comments (project_id, request_key)
    where request_key is not null;
create index comments_threads on comments (project_id, created_at desc, id desc)
    where thread_id = id;
create index comments_thread on comments (thread_id, created_at, id);
create index comments_author on comments (author_id);
create index comments_persona on comments (persona_id) where persona_id is not null;
create index comments_focus_group on comments (focus_group_id) where focus_group_id is not null;
create index comments_survey on comments (survey_id) where survey_id is not null;

-- Whatever ends a membership leaves its tasks to nobody, in the same statement.
create table tasks (
    id             uuid primary key,
    project_id     uuid not null references projects on delete cascade,
    persona_id     uuid references personas on delete cascade,
    focus_group_id uuid references focus_groups on delete cascade,
    survey_id      uuid references surveys on delete cascade,
    subject_kind   text generated always as (
        case
            when persona_id is not null then 'persona'
            when focus_group_id is not null then 'focus_group'
            when survey_id is not null then 'survey'
        end
    ) stored,
    subject_id     uuid generated always as (coalesce(persona_id, focus_group_id, survey_id)) stored,
    title          text not null,
    text           text,
    assignee_id    uuid,
    due_on         date,
    state          text not null default 'open' check (state in ('open', 'done')),
    created_by     uuid not null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    done_at        timestamptz,
    done_by        uuid,
    request_key    text,
    request_hash   bytea,
    foreign key (project_id, assignee_id) references project_members (project_id, account_id)
        on delete set null (assignee_id),
    check (num_nonnulls(persona_id, focus_group_id, survey_id) <= 1),
    check ((state = 'done') = (done_at is not null)),
    check ((request_key is null) = (request_hash is null))
);
create unique index tasks_request_key on tasks (project_id, request_key)
    where request_key is not null;
create index tasks_project on tasks (project_id, created_at desc, id desc);
create index tasks_assignee on tasks (assignee_id) where assignee_id is not null;
create index tasks_maker on tasks (created_by);
create index tasks_persona on tasks (persona_id) where persona_id is not null;
create index tasks_focus_group on tasks (focus_group_id) where focus_group_id is not null;
create index tasks_survey on tasks (survey_id) where survey_id is not null;

-- What somebody is told in their inbox, and of a mention whether its e-mail has gone. It goes with the membership.
create table notifications (
    id            uuid primary key,
    project_id    uuid not null,
    account_id    uuid not null,
    kind          text not null check (kind in ('mention', 'reply', 'assigned')),
    comment_id    uuid references comments on delete cascade,
    task_id       uuid references tasks on delete cascade,
    actor_id      uuid not null,
    created_at    timestamptz not null,
    read_at       timestamptz,
    -- names the wish for an e-mail, of a mention alone
    request_id    uuid unique,
    -- somebody is sending it until then, and who
    claimed_until timestamptz,
    claimed_by    bytea,
    sent_at       timestamptz,
    -- when maintenance called for it again
    called_at     timestamptz,
    foreign key (project_id, account_id) references project_members (project_id, account_id)
        on delete cascade,
    check (num_nonnulls(comment_id, task_id) = 1)
);
create unique index notifications_comment on notifications (comment_id, account_id)
    where comment_id is not null;
create unique index notifications_task on notifications (task_id, account_id)
    where task_id is not null;
create index notifications_inbox on notifications (account_id, created_at desc, id desc);
create index notifications_unread on notifications (account_id) where read_at is null;
create index notifications_member on notifications (project_id, account_id);
create index notifications_unsent on notifications (created_at)
    where request_id is not null and sent_at is null;
create index notifications_at on notifications (created_at);

-- What people see of them: while they may be in the project, and nothing of subjects that are deleted.
create view inbox_entries as
select
    n.id, n.project_id, n.account_id, n.kind, n.comment_id, n.task_id, n.actor_id, n.created_at, n.read_at,
    coalesce(c.subject_kind, t.subject_kind) as subject_kind,
    coalesce(c.subject_id, t.subject_id) as subject_id
from notifications n
join project_roles r on r.project_id = n.project_id and r.account_id = n.account_id
left join comments c on c.id = n.comment_id
left join tasks t on t.id = n.task_id
where coalesce(c.subject_id, t.subject_id) is null
    or exists (
        select from subjects s
        where s.kind = coalesce(c.subject_kind, t.subject_kind)
            and s.id = coalesce(c.subject_id, t.subject_id)
    );

-- Where the events of a project stand. A change takes the next offset in its own transaction and holds the row until
-- it ends, so offsets have no gap and none is seen before a smaller one. The epoch begins as the project's id;
-- whoever restores a backup gives another one, and every client reads anew.
create table collaboration_streams (
    project_id  uuid primary key references projects on delete cascade,
    epoch       uuid not null,
    last_offset bigint not null check (last_offset > 0)
);

-- What happened, only ever added to, and removed after a week. It names things and holds no text: a reader sees a
-- comment as it stands, so what was deleted is in no event.
create table collaboration_events (
    project_id   uuid not null references projects on delete cascade,
    event_offset bigint not null,
    at           timestamptz not null,
    kind         text not null check (kind in ('comment_created', 'comment_changed', 'comment_deleted',
        'task_created', 'task_changed', 'task_deleted')),
    actor_id     uuid not null,
    subject_kind text,
    subject_id   uuid,
    thread_id    uuid,
    comment_id   uuid,
    task_id      uuid,
    -- whose inbox has something new
    notified     uuid[] not null default '{}',
    primary key (project_id, event_offset)
);
create index collaboration_events_at on collaboration_events (at);

grant select on subjects, inbox_entries to sight_app;
grant select, insert, update, delete on comments, tasks, notifications to sight_app;
grant select, insert, update on collaboration_streams to sight_app;
grant select, insert on collaboration_events to sight_app;
-- Maintenance removes what is over and calls for e-mails that were forgotten, and sees no text.
grant select (project_id, event_offset, at), update (at), delete on collaboration_events to sight_maintenance;
grant select (id, created_at, request_id, claimed_until, sent_at, called_at), update (called_at), delete
    on notifications to sight_maintenance;
