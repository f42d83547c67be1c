-- What was computed of a survey's answers, by part: its figures, and each table by segment. The body is JSON
-- as it was written, which jsonb would not keep to the last digit.
create table survey_results (
    survey_id uuid not null references surveys on delete cascade,
    part      text not null,
    -- changes with the answers, with the run that is shown, and with a release that computes otherwise
    edition   text not null,
    body      text not null,
    primary key (survey_id, part)
);

grant select, insert, update, delete on survey_results to sight_app;
