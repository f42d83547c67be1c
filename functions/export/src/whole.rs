//! A project as one object: nothing that is stored of it and its people is missing, unless it is masked. What they were
//! asked is named, and exported by itself.

use std::pin::pin;

use async_stream::try_stream;
use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use platform::{InProject, Result};
use records::export::{Disclosure, Masked, PROJECT_SCHEMA, Person};
use serde::Serialize;
use sqlx::PgPool;

use crate::insight::hide_needs;
use crate::persona::internal;
use crate::store::{self, NeedsRow};

/// The project, its populations, its own figures, what retrieval found, the needs and metrics of its segments, what its
/// surveys and focus groups are called, and its people, page by page.
pub(crate) fn json(
    pool: PgPool,
    project: InProject,
    masked: Masked,
    disclosure: Disclosure,
) -> impl Stream<Item = Result<Bytes>> + Send + 'static {
    try_stream! {
        yield Bytes::from(head(&pool, project, &masked, &disclosure).await?);
        let mut is_first = true;
        let mut pages = pin!(store::pages(pool, project));
        while let Some(rows) = pages.try_next().await? {
            let mut lines = String::new();
            for row in rows {
                lines.push_str(if is_first { "\n" } else { ",\n" });
                lines.push_str(&text(&Person::of(row, &masked))?);
                is_first = false;
            }
            yield Bytes::from(lines);
        }
        yield Bytes::from_static(b"\n]}\n");
    }
}

/// Everything before the people.
async fn head(
    pool: &PgPool,
    project: InProject,
    masked: &Masked,
    disclosure: &Disclosure,
) -> Result<String> {
    let whole = store::whole(pool, project).await?;
    let needs = needs(pool, project, masked).await?;
    let kpis = serde_json::to_value(store::kpis(pool, project).await?).map_err(internal)?;
    let fields = [
        ("disclosure", text(disclosure)?),
        ("project", text(&masked.value(whole.project))?),
        ("populations", text(&masked.value(whole.populations))?),
        ("groundings", text(&masked.value(whole.groundings))?),
        ("kpi_inputs", text(&whole.kpi_inputs.map(|inputs| masked.value(inputs)))?),
        ("kpi_inputs_given", text(&whole.kpi_inputs_given)?),
        ("needs", text(&needs)?),
        ("kpis", text(&masked.value(kpis))?),
        ("surveys", text(&masked.value(whole.surveys))?),
        ("focus_groups", text(&masked.value(whole.focus_groups))?),
    ];
    let mut head = format!("{{\"schema\":\"{PROJECT_SCHEMA}\"");
    for (name, value) in fields {
        head.push_str(&format!(",\n\"{name}\":{value}"));
    }
    head.push_str(",\n\"people\":[");
    Ok(head)
}

/// The needs of the project's segments, each quote without who speaks in it and whom it may name.
async fn needs(pool: &PgPool, project: InProject, masked: &Masked) -> Result<Vec<NeedsRow>> {
    let mut rows = store::needs(pool, project).await?;
    if masked.is_on() {
        let quotes = rows.iter().flat_map(|row| row.needs.quotes());
        let named = store::named(pool, project, quotes).await?;
        rows.iter_mut().for_each(|row| hide_needs(&mut row.needs, None, &named, masked));
    }
    Ok(rows)
}

fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(internal)
}
