-- Surveys, what respondents answered, and what people answered to the same questions.

create table surveys (
    id               uuid primary key,
    project_id       uuid not null references projects on delete cascade,
    title            text not null,
    description      text,
    questions        jsonb not null,
    design           jsonb not null,
    language         text not null check (language in ('pl', 'en')),
    target_responses integer not null check (target_responses between 10 and 100000),
    -- drawn or chosen when it is run first: later respondents continue the same draw
    seed             bigint check (seed between 0 and 9007199254740991),
    -- the run that is shown
    run_id           uuid references runs on delete set null,
    created_by       uuid not null,
    created_at       timestamptz not null,
    deleted_at       timestamptz
);
create index surveys_live on surveys (project_id, created_at desc, id) where deleted_at is null;
-- what a purged project or run takes with it
create index surveys_project on surveys (project_id);
create index surveys_run on surveys (run_id);

-- A respondent answers a survey once, whichever run asks. The card is kept as it was when asked: a
-- report stays what it was when a persona is deleted.
create table survey_responses (
    survey_id      uuid not null references surveys on delete cascade,
    persona_id     uuid not null,
    run_id         uuid references runs on delete set null,
    -- place in the order of invitation, from 0
    respondent     integer not null,
    card           jsonb not null,
    response       jsonb not null,
    latency_ms     integer not null,
    written_by     text not null,
    is_simulated   boolean not null,
    prompt_version text not null,
    created_at     timestamptz not null,
    primary key (survey_id, persona_id),
    constraint survey_responses_respondent_key unique (survey_id, respondent)
);
create index survey_responses_run on survey_responses (run_id);

-- Answers of people to the same instrument; the last upload is compared.
create table survey_human_answers (
    id          uuid primary key,
    survey_id   uuid not null references surveys on delete cascade,
    name        text not null,
    people      integer not null check (people > 0),
    answers     jsonb not null,
    uploaded_by uuid not null,
    created_at  timestamptz not null
);
create index survey_human_answers_survey on survey_human_answers (survey_id, created_at desc);

grant select, insert, update, delete on surveys, survey_responses, survey_human_answers to sight_app;
