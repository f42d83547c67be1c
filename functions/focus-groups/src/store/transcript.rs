//! What a run of a focus group was told, and what it misses.

use std::collections::BTreeMap;

use platform::{Access, Result, Viewer};
use shared::discussion::Setting;
use shared::id::RunId;
use sqlx::PgPool;
use sqlx::types::Json;

/// The setting of a run; none when it is of another release that this one cannot read.
pub(crate) async fn setting(
    pool: &PgPool,
    access: Access<Viewer>,
    run: RunId,
) -> Result<Option<Setting>> {
    let input = sqlx::query_scalar!(
        r#"select input from runs where project_id = $1 and id = $2"#,
        access.project_id().0,
        run.0,
    )
    .fetch_optional(pool)
    .await?;
    Ok(input.and_then(|input| serde_json::from_value(input).ok()))
}

/// The turns that a run could not get, by reason.
pub(crate) async fn missing(
    pool: &PgPool,
    access: Access<Viewer>,
    run: RunId,
) -> Result<BTreeMap<String, u32>> {
    let reasons = sqlx::query_scalar!(
        r#"
        select coalesce(jsonb_object_agg(reason, n), '{}') as "reasons!: Json<BTreeMap<String, u32>>"
        from (
            select f.reason, count(*) as n
            from run_failures f
            join runs r on r.id = f.run_id
            where r.project_id = $1 and r.id = $2
            group by f.reason
        ) as f
        "#,
        access.project_id().0,
        run.0,
    )
    .fetch_one(pool)
    .await?;
    Ok(reasons.0)
}

/// Whether the participants of a run were the offline ones.
pub(crate) async fn is_simulated(pool: &PgPool, run: RunId) -> Result<bool> {
    let is_simulated = sqlx::query_scalar!(
        r#"
        select exists(
            select from focus_group_turns where run_id = $1 and is_simulated
        ) as "is_simulated!"
        "#,
        run.0,
    );
    Ok(is_simulated.fetch_one(pool).await?)
}
