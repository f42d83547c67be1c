-- The words whose vectors are kept: a release with other anchors must not take the vectors of the old ones for
-- its own. Rows from before have none and are taken by nobody.
alter table survey_anchors add column text text;
