//! The end of a run beside what else wants its project, its population or the run itself.

use platform::runs as engine;
use shared::id::RunId;
use sqlx::{Connection, PgConnection};

use super::*;

/// A run of five people at its end: its worker waits for the population, which somebody holds. Then
/// `other` comes and waits as well, and the holder lets go.
async fn beside_the_end<T>(
    app: &TestApp,
    ana: &User,
    project: ProjectId,
    other: impl Future<Output = T>,
) -> (Value, T) {
    let path = format!("/api/v1/projects/{project}/populations");
    let started = app.post(ana, &path, json!({ "people": 5, "seed": 5 })).await.expect(202);
    let messages = app.parts.publisher.take();
    let payload = serde_json::from_str(&messages[0].json).unwrap();
    // Weakly: people refer to it meanwhile.
    let mut holder = PgConnection::connect_with(&app.database.options(None)).await.unwrap();
    let hold = "begin; select from populations for no key update";
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    let worker = app.push("persona-generate", &payload);
    let second = async {
        app.database.until_waiting(1).await;
        other.await
    };
    let let_go = async {
        app.database.until_waiting(2).await;
        holder.close().await.unwrap();
    };

    let (pushed, other, ()) = futures::join!(worker, second, let_go);

    pushed.expect(204);
    assert_eq!(run_row(app, &started["run_id"]).await, ("succeeded".to_owned(), 5, 0));
    (started, other)
}

async fn deadlocks(app: &TestApp) -> i64 {
    let mut owner = PgConnection::connect_with(&app.database.options(None)).await.unwrap();
    let count = "select deadlocks from pg_stat_database where datname = current_database()";
    sqlx::query_scalar(count).fetch_one(&mut owner).await.unwrap()
}

#[tokio::test]
async fn the_next_run_of_a_population_starts_while_its_last_one_ends() {
    let (app, ana, project) = with_project().await;
    let path = format!("/api/v1/projects/{project}/populations");
    let next = app.post(&ana, &path, json!({ "people": 7, "seed": 5 }));

    let (_, next) = Box::pin(beside_the_end(&app, &ana, project, next)).await;

    next.expect(202);
    app.deliver_all().await;
    assert_eq!(cards(&app, project).await.len(), 12);
    assert_eq!(deadlocks(&app).await, 0);
}

#[tokio::test]
async fn a_project_is_deleted_while_a_run_of_it_ends() {
    let (app, ana, project) = with_project().await;
    let (pool, now) = (app.parts.pool.clone(), app.parts.clock.now());
    let delete = async {
        let mut transaction = pool.begin().await?;
        sqlx::query("update projects set deleted_at = $1")
            .bind(now)
            .execute(&mut *transaction)
            .await?;
        engine::cancel_all(&mut transaction, project, now).await?;
        transaction.commit().await?;
        Ok::<(), platform::Error>(())
    };

    let (started, deleted) = Box::pin(beside_the_end(&app, &ana, project, delete)).await;

    deleted.unwrap();
    let run = RunId(started["run_id"].as_str().unwrap().parse().unwrap());
    assert!(engine::view(&app.parts.pool, run).await.unwrap().unwrap().status.is_final());
    assert_eq!(deadlocks(&app).await, 0);
}
