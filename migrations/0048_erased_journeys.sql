-- What was written from a document goes with it: facts, as before, and the journeys of those who cite it, whose
-- context and figures quote it.
create or replace function forget_insights(document uuid) returns void
language sql security definer set search_path = pg_catalog, public, pg_temp
as $$
    update groundings g
    set insights = jsonb_path_query_array(
        g.insights, '$[*] ? (@.document_id != $id)', jsonb_build_object('id', document)
    )
    where g.insights @> jsonb_build_array(jsonb_build_object('document_id', document));

    delete from persona_journeys j
    using personas p, groundings g, citations c
    where c.document_id = document
        and g.project_id = c.project_id
        and g.citations @> jsonb_build_array(jsonb_build_object('chunk_id', c.chunk_id))
        and p.run_id = g.run_id
        and p.segment_id = g.segment_id
        and j.persona_id = p.id;
$$;
