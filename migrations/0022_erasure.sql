-- What maintenance needs to leave nothing of a deleted document: the uploads of its earlier versions, which
-- its runs name, and its facts beside the citations.
grant select (subject_id, input) on runs to sight_maintenance;
grant select (insights), update (insights) on groundings to sight_maintenance;
