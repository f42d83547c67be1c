//! The rows of budgets and of the ledger.

use platform::{Access, Admin, Result, Viewer};
use serde_json::json;
use shared::Usd;
use shared::id::ProjectId;
use sqlx::{PgConnection, PgPool};

use super::record;
use crate::AppState;
use crate::budget::{BudgetView, FirstCap, TaskUsage, UsageLine};

/// A project that has neither a limit nor calls has no row.
pub(crate) async fn budget(pool: &PgPool, access: Access<Viewer>) -> Result<BudgetView> {
    let row = sqlx::query!(
        r#"
        select cap_micros, spent_micros, reserved_micros
        from project_budgets
        where project_id = $1
        "#,
        access.project_id().0,
    )
    .fetch_optional(pool)
    .await?;
    let (cap, spent, reserved) =
        row.map_or((None, 0, 0), |row| (row.cap_micros, row.spent_micros, row.reserved_micros));
    let remaining = cap.map(|cap| (cap - spent - reserved).max(0));
    Ok(BudgetView {
        cap_usd: cap.map(Usd::from_micros),
        spent_usd: Usd::from_micros(spent),
        reserved_usd: Usd::from_micros(reserved),
        remaining_usd: remaining.map(Usd::from_micros),
    })
}

pub(crate) async fn set_cap(
    state: &AppState,
    access: Access<Admin>,
    cap: Option<Usd>,
) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    sqlx::query!(
        r#"
        insert into project_budgets (project_id, cap_micros)
        values ($1, $2)
        on conflict (project_id) do update
        set cap_micros = excluded.cap_micros,
            version = project_budgets.version + 1
        "#,
        access.project_id().0,
        cap.map(Usd::micros),
    )
    .execute(&mut *transaction)
    .await?;
    let details = json!({ "cap_usd": cap });
    record(&mut transaction, state, access, "budget", Some(details)).await?;
    transaction.commit().await?;
    Ok(())
}

/// The budget of a project that has just been made.
pub(crate) async fn open(
    connection: &mut PgConnection,
    project: ProjectId,
    FirstCap(cap): FirstCap,
) -> Result<()> {
    sqlx::query!(
        "insert into project_budgets (project_id, cap_micros) values ($1, $2)",
        project.0,
        cap,
    )
    .execute(connection)
    .await?;
    Ok(())
}

pub(crate) async fn usage(pool: &PgPool, access: Access<Viewer>) -> Result<Vec<TaskUsage>> {
    let rows = sqlx::query!(
        r#"
        select
            task,
            provider,
            model,
            count(*) as "calls!",
            count(*) filter (where state <> 'reserved' and outcome is distinct from 'ok')
                as "failed!",
            count(*) filter (where state = 'settled' and cost_micros is null) as "unpriced!",
            count(*) filter (where state = 'settled'
                and outcome in ('broken', 'cancelled', 'dropped', 'lost', 'timed_out'))
                as "at_worst!",
            count(*) filter (where provider = 'offline') as "simulated!",
            coalesce(sum(input_tokens), 0)::bigint as "input_tokens!",
            coalesce(sum(output_tokens), 0)::bigint as "output_tokens!",
            coalesce(sum(cost_micros), 0)::bigint as "cost_micros!",
            coalesce(sum(reserved_micros) filter (where state = 'reserved'), 0)::bigint
                as "reserved_micros!"
        from model_calls
        where project_id = $1
        group by task, provider, model
        order by task, provider, model
        "#,
        access.project_id().0,
    )
    .fetch_all(pool)
    .await?;
    let lines = rows.into_iter().map(|row| TaskUsage {
        task: row.task,
        provider: row.provider,
        model: row.model,
        usage: UsageLine {
            calls: row.calls,
            failed: row.failed,
            unpriced: row.unpriced,
            at_worst: row.at_worst,
            simulated: row.simulated,
            input_tokens: row.input_tokens,
            output_tokens: row.output_tokens,
            cost_usd: Usd::from_micros(row.cost_micros),
            reserved_usd: Usd::from_micros(row.reserved_micros),
        },
    });
    Ok(lines.collect())
}
