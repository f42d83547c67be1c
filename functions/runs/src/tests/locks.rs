//! Two who want the same rows at once: one waits for the other, and none of them is ended for it.

use platform::postgres::again;
use sqlx::{Connection, PgConnection};

use super::*;

/// Somebody who holds what this statement locks, until they are let go.
async fn holding(app: &TestApp, statement: &'static str) -> PgConnection {
    let options = app.database.options(None);
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    sqlx::raw_sql("begin").execute(&mut connection).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection
}

async fn deadlocks(app: &TestApp) -> i64 {
    let options = app.database.options(None);
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let count = "select deadlocks from pg_stat_database where datname = current_database()";
    sqlx::query_scalar(count).fetch_one(&mut connection).await.unwrap()
}

#[tokio::test]
async fn cancelling_a_run_at_its_first_claim_deadlocks_nobody() {
    let (app, ana, run) = with_run(&[1, 1]).await;
    let holder = holding(&app, "select from run_shards where shard = 0 for update").await;
    let path = format!("/api/v1/runs/{run}/cancel");
    // The cancel has the run and waits for the first shard; the claim comes to the second.
    let cancel = app.post(&ana, &path, json!({}));
    let claimed = async {
        app.database.until_waiting(1).await;
        claim(&app, run, 1).await
    };
    let let_go = async {
        app.database.until_waiting(2).await;
        holder.close().await.unwrap();
    };

    let (cancelled, claimed, ()) = futures::join!(cancel, claimed, let_go);

    assert_eq!(cancelled.expect(200)["status"], "cancelled");
    assert!(matches!(claimed, Claim::Done), "{claimed:?}");
    assert_eq!(deadlocks(&app).await, 0);
}

#[tokio::test]
async fn a_transaction_that_was_ended_for_another_is_done_again_and_not_for_ever() {
    let (app, _, _) = with_run(&[1]).await;
    let pool = &app.parts.pool;
    for (collisions, passes) in [(0, true), (2, true), (3, false)] {
        let tries = std::sync::atomic::AtomicU32::new(0);
        let transaction = || async {
            let before = tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            if before < collisions {
                let ended = "do $$ begin raise exception using errcode = '40P01'; end $$";
                sqlx::raw_sql(ended).execute(pool).await?;
            }
            Ok(())
        };

        let done = again(transaction).await;

        assert_eq!(done.is_ok(), passes, "{collisions}");
    }
}
