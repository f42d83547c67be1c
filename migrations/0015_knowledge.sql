-- Documents, their pieces, and what personas took from them. The graph holds an index of the pieces and
-- the facts in them; the truth is here.

create table documents (
    id             uuid primary key,
    scope          text not null check (scope in ('project', 'account', 'shared')),
    -- of the scope 'project' only
    project_id     uuid references projects on delete cascade,
    -- who uploaded it; the scope 'account' is this person's library
    owner_id       uuid not null references accounts on delete cascade,
    -- how the graph names the scope
    scope_key      text not null,
    title          text not null,
    filename       text not null,
    file_type      text not null check (file_type in ('csv', 'docx', 'html', 'md', 'pdf', 'txt')),
    country        text,
    language       text check (language in ('pl', 'en')),
    size_bytes     bigint not null,
    -- SHA-256 of the file
    content_hash   bytea not null,
    -- where the file lies: uploads/{upload_id}/
    upload_id      uuid not null,
    -- grows when the same title and file name come with other content
    version        integer not null default 1,
    status         text not null default 'processing'
        check (status in ('processing', 'ready', 'failed')),
    -- what is done of this version
    step           text not null default 'uploaded'
        check (step in ('uploaded', 'extracted', 'chunked', 'embedded', 'written', 'done')),
    error_message  text,
    -- why facts were not looked for, if they were not
    facts_note     text,
    num_pages      integer,
    num_chunks     integer not null default 0,
    num_facts      integer not null default 0,
    -- facts whose numbers are not in their piece
    dropped_facts  integer not null default 0,
    run_id         uuid references runs on delete set null,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    deleted_at     timestamptz,
    check ((scope = 'project') = (project_id is not null))
);
-- the same content, and the same name, once in a scope
create unique index documents_content_key on documents (scope_key, content_hash)
    where deleted_at is null;
create unique index documents_name_key on documents (scope_key, title, filename)
    where deleted_at is null;
create index documents_scope on documents (scope_key, created_at desc) where deleted_at is null;
create index documents_project on documents (project_id);
create index documents_owner on documents (owner_id);
create index documents_run on documents (run_id);

create table chunks (
    id          uuid primary key,
    document_id uuid not null references documents on delete cascade,
    -- of headings and text, in hexadecimal
    hash        text not null,
    position    integer not null,
    text        text not null,
    headings    text[] not null,
    page_from   integer,
    page_to     integer,
    tokens      integer not null,
    -- which model made the vector, with its length
    embedded_by text,
    embedding   real[],
    -- what the model found in it, checked; null before it was asked
    facts       jsonb,
    constraint chunks_hash_key unique (document_id, hash),
    check ((embedding is null) = (embedded_by is null))
);
create index chunks_document on chunks (document_id, position);

-- What a run retrieved for a segment of its population: once, however many people are in it.
create table groundings (
    run_id      uuid not null references runs on delete cascade,
    segment_id  text not null,
    project_id  uuid not null references projects on delete cascade,
    query       text not null,
    search_type text not null,
    -- [{chunk_id, relevance_score}], the best first
    citations   jsonb not null,
    -- facts of the graph near the cited pieces, in the client's shape
    insights    jsonb not null default '[]',
    tokens      integer not null,
    -- why there is nothing, when the knowledge base did not answer
    unavailable text,
    created_at  timestamptz not null,
    primary key (run_id, segment_id)
);
create index groundings_project on groundings (project_id);

-- A cited piece as it was when it was cited: it outlives an edit of its document, not its deletion.
create table citations (
    chunk_id       uuid not null,
    project_id     uuid not null references projects on delete cascade,
    document_id    uuid not null references documents on delete cascade,
    document_title text not null,
    page           integer,
    headings       text[] not null,
    text           text not null,
    created_at     timestamptz not null,
    primary key (project_id, chunk_id)
);
create index citations_document on citations (document_id);

-- A grounding in the shapes that the client reads. Pieces whose document was deleted are left out and
-- counted.
create view persona_groundings as
select
    g.run_id,
    g.segment_id,
    found.citations,
    jsonb_build_object(
        'search_type', g.search_type,
        'query', g.query,
        'num_results', found.count,
        'citations_count', found.count,
        'removed_citations', jsonb_array_length(g.citations) - found.count,
        'context_preview', left(found.context, 1500),
        'context_length', length(found.context),
        'context_tokens', g.tokens,
        'graph_nodes_count', facts.count,
        'graph_nodes', facts.nodes,
        'graph_context', facts.context,
        'enriched_chunks', facts.chunks,
        'graph_insights', facts.insights,
        'unavailable', g.unavailable
    ) as details
from groundings g
cross join lateral (
    select
        coalesce(jsonb_agg(jsonb_build_object(
            'document_title', c.document_title,
            'chunk_text', left(c.text, 500),
            'relevance_score', t.item->'relevance_score',
            'chunk_id', c.chunk_id,
            'document_id', c.document_id,
            'page', c.page
        ) order by t.place), '[]') as citations,
        count(*) as count,
        coalesce(string_agg(c.text, E'\n\n---\n\n' order by t.place), '') as context
    from jsonb_array_elements(g.citations) with ordinality as t (item, place)
    join citations c
        on c.project_id = g.project_id and c.chunk_id = (t.item->>'chunk_id')::uuid
) as found
cross join lateral (
    select
        count(*) as count,
        count(distinct i.item->>'chunk_id') as chunks,
        coalesce(jsonb_agg(i.item order by i.place), '[]') as insights,
        coalesce(string_agg(i.item->>'summary', E'\n' order by i.place), '') as context,
        coalesce(jsonb_agg(jsonb_build_object(
            'type', i.item->'type',
            'streszczenie', i.item->'summary',
            'kluczowe_fakty', i.item->'summary',
            'skala', i.item->'magnitude',
            'pewnosc', i.item->'confidence',
            'okres_czasu', i.item->'time_period',
            'document_title', i.item->'source'
        ) order by i.place), '[]') as nodes
    from jsonb_array_elements(g.insights) with ordinality as i (item, place)
    where exists (
        select
        from citations c
        where c.project_id = g.project_id and c.document_id = (i.item->>'document_id')::uuid
    )
) as facts;

-- What a run has to say beside its failures: that its people are not grounded, and why.
alter table runs add column note text;

grant select, insert, update, delete on documents, chunks, groundings, citations to sight_app;
grant select on persona_groundings to sight_app;
