-- How many of the model's answers for a turn were turned back because they said what is not so of the
-- speaker's card: the realism of a discussion counts them.
alter table focus_group_turns
    add column contradictions integer not null default 0 check (contradictions >= 0);
