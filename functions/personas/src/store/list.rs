//! The living personas of a project that a filter leaves, page by page.

use platform::{Access, Result, Viewer};
use serde_json::Value;
use shared::id::PersonaId;
use shared::persona::Segment;
use sqlx::PgPool;

use super::read::PersonaRow;
use crate::status::Status;

/// Whom a list gives; everybody where nothing is said.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Filter {
    pub(crate) card: Option<Value>,
    /// How old they are at least, and at most.
    pub(crate) ages: (Option<i32>, Option<i32>),
    pub(crate) segment: Option<Segment>,
    pub(crate) status: Option<Status>,
    /// What their name, occupation, town, region or headline contains.
    pub(crate) words: Option<String>,
}

impl Filter {
    fn segment(&self) -> Option<&'static str> {
        self.segment.map(Segment::id)
    }

    fn status(&self) -> Option<&'static str> {
        self.status.map(Status::as_str)
    }
}

/// Asks for what `$head` gives of the people of a filter, with `$tail` behind. Letters are compared by Unicode's rules,
/// whatever the database was made with.
macro_rules! of_filter {
    ($query:ident [$($row:ident,)?], $head:tt, $tail:tt, $access:expr, $filter:expr $(, $argument:expr)*) => {
        sqlx::$query!(
            $($row,)?
            $head
                + r#"
            where p.project_id = $1
                and p.deleted_at is null
                and ($2::jsonb is null or p.card @> $2)
                and ($3::integer is null or (p.card->>'age')::integer >= $3)
                and ($4::integer is null or (p.card->>'age')::integer <= $4)
                and ($5::text is null or p.segment_id = $5)
                and ($6::text is null or p.status = $6)
                and ($7::text is null or position(
                    lower($7 collate "und-x-icu") in lower(concat_ws(' ',
                        p.card->>'first_name', p.card->>'surname',
                        p.card->>case p.language when 'en' then 'occupation_en' else 'occupation' end,
                        p.card->>'town', p.card->>'region', p.headline
                    ) collate "und-x-icu")
                ) > 0)
            "#
                + $tail,
            $access.project_id().0,
            $filter.card,
            $filter.ages.0,
            $filter.ages.1,
            $filter.segment(),
            $filter.status(),
            $filter.words.as_deref(),
            $($argument),*
        )
    };
}

/// Living personas in the order in which they became visible, from after `cursor`; without the context of
/// retrieval. By the time of their making a page would pass over those of a worker that commits late.
pub(crate) async fn list(
    pool: &PgPool,
    access: Access<Viewer>,
    filter: &Filter,
    cursor: Option<PersonaId>,
    (skip, limit): (i64, i64),
) -> Result<Vec<PersonaRow>> {
    let rows = of_filter!(
        query_as [PersonaRow,],
        r#"
            select
                p.id, p.project_id, p.population_id, p.population_index, p.language as "language: _",
                p.card as "card: _",
                p.headline, p.background_story,
                p.manner as "manner: _",
                p.rag_context_used,
                coalesce(g.citations, p.rag_citations) as rag_citations,
                null::jsonb as rag_context_details,
                p.written_by, p.is_simulated, p.is_imported, p.prompt_version, p.version, p.created_at, p.updated_at,
                p.deleted_at, p.status, p.edited_at,
                o.seed,
                o.next_index as population_people
            from personas p
            join populations o on o.id = p.population_id
            left join persona_groundings g on g.run_id = p.run_id and g.segment_id = p.segment_id
        "#,
        r#"
                and ($8::uuid is null or p.arrival > (
                    select arrival from personas where id = $8 and project_id = $1
                ))
            order by p.arrival
            offset $9
            limit $10
        "#,
        access,
        filter,
        cursor.map(|id| id.0),
        skip,
        limit
    );
    Ok(rows.fetch_all(pool).await?)
}

/// How many people a filter leaves.
pub(crate) async fn count(pool: &PgPool, access: Access<Viewer>, filter: &Filter) -> Result<i64> {
    let count = of_filter!(
        query_scalar [],
        r#"select count(*) as "count!" from personas p"#,
        "",
        access,
        filter
    );
    Ok(count.fetch_one(pool).await?)
}
