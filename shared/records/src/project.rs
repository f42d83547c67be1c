//! A project as prompts need it.

use shared::Language;
use shared::persona::Brief;
use sqlx::PgExecutor;

use platform::{InProject, Result};

/// What a project is about, and its language.
///
/// # Errors
/// `Project not found` when its row is gone, or when the database fails.
pub async fn brief(executor: impl PgExecutor<'_>, of: InProject) -> Result<(Brief, Language)> {
    let row = sqlx::query!(
        r#"
        select
            name, description, target_audience, research_objectives,
            language as "language: Language"
        from projects
        where id = $1
        "#,
        of.id().0,
    );
    let row = row.fetch_optional(executor).await?.ok_or(shared::Error::NotFound("Project"))?;
    let brief = Brief {
        product: row.description,
        topic: Some(row.name),
        audience: row.target_audience,
        objectives: row.research_objectives,
        ..Brief::default()
    };
    Ok((brief, row.language))
}
