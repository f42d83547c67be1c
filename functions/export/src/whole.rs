//! A project as one object: nothing that is stored of it and its people is missing, unless it is masked.

use std::pin::pin;

use async_stream::try_stream;
use bytes::Bytes;
use futures::{Stream, TryStreamExt};
use platform::{InProject, Result};
use records::export::{Disclosure, Masked, PROJECT_SCHEMA, Person};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgPool;

use crate::persona::internal;
use crate::store::{self, Whole};

/// The project, its populations, its own figures, what retrieval found, the needs and metrics of its segments, and its
/// people, page by page.
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
    let Whole { project: about, populations, groundings, kpi_inputs } =
        store::whole(pool, project).await?;
    let needs = leaving(&store::needs(pool, project).await?, masked)?;
    let kpis = leaving(&store::kpis(pool, project).await?, masked)?;
    let fields = [
        ("disclosure", text(disclosure)?),
        ("project", text(&masked.value(about))?),
        ("populations", text(&masked.value(populations))?),
        ("groundings", text(&masked.value(groundings))?),
        ("kpi_inputs", text(&kpi_inputs.map(|inputs| masked.value(inputs)))?),
        ("needs", text(&needs)?),
        ("kpis", text(&kpis)?),
    ];
    let mut head = format!("{{\"schema\":\"{PROJECT_SCHEMA}\"");
    for (name, value) in fields {
        head.push_str(&format!(",\n\"{name}\":{value}"));
    }
    head.push_str(",\n\"people\":[");
    Ok(head)
}

fn leaving(rows: &impl Serialize, masked: &Masked) -> Result<Value> {
    Ok(masked.value(serde_json::to_value(rows).map_err(internal)?))
}

fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(internal)
}
