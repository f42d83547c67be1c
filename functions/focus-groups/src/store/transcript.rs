//! Who spoke in a run of a focus group.

use platform::Result;
use shared::id::RunId;
use sqlx::PgPool;

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
