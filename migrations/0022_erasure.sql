-- What it takes to leave nothing of a deleted document. Maintenance still reads no text: what it has to know
-- of a run's input, and what it has to take out of a grounding, are told and done for it.

-- The uploads of every version that a document ever had.
create view document_uploads as
select subject_id as document_id, (input->>'upload_id')::uuid as upload_id
from runs
where kind = 'rag-ingest' and input ? 'upload_id';

-- Takes a document's facts out of what people were written from.
create function forget_insights(document uuid) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp
as $$
    update groundings g
    set insights = jsonb_path_query_array(
        g.insights, '$[*] ? (@.document_id != $id)', jsonb_build_object('id', document)
    )
    where g.insights @> jsonb_build_array(jsonb_build_object('document_id', document))
$$;

revoke all on function forget_insights(uuid) from public;
grant execute on function forget_insights(uuid) to sight_app, sight_maintenance;
grant select on document_uploads to sight_app, sight_maintenance;
