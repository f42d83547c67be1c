-- Segments whose people have said something since their needs were drafted last. A row comes with the end of a talk or
-- a survey and goes with the start of the run that reads it.
create table needs_due (
    population_id uuid not null references populations on delete cascade,
    segment_id    text not null,
    project_id    uuid not null references projects on delete cascade,
    -- who had them asked last: they pay for the drafting as well
    asked_by      uuid not null,
    -- when the first of what is not read yet was said
    since         timestamptz not null,
    primary key (population_id, segment_id)
);
create index needs_due_project on needs_due (project_id);

grant select, insert, update, delete on needs_due to sight_app;

-- Who has changed a person's text last, and when; null while it is as it was written.
alter table personas
    add column edited_by uuid,
    add column edited_at timestamptz;
