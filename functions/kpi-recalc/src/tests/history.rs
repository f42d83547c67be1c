//! Metrics as they were.

use super::*;

#[tokio::test]
async fn history_has_what_was_computed_of_something_else_newest_first_page_by_page() {
    let (app, ana, project, ids) = study(2).await;
    let path = format!("{}/history", kpi(ids[0]));
    assert_eq!(app.get(&ana, &path).await.expect(200), json!([]));
    for churn in [0.05, 0.04, 0.03] {
        app.put(&ana, &given(project), figures(churn)).await.expect(200);
        for id in ids.iter().chain(&ids) {
            app.post(&ana, &recalculation(*id), json!({})).await.expect(200);
        }
    }

    let first = app.get(&ana, &format!("{path}?limit=2")).await;
    let (total, next) = (first.header("x-total-count"), first.header("x-next-cursor"));
    let (total, next) = (total.map(str::to_owned), next.unwrap().to_owned());
    let first = first.expect(200);
    let second = app.get(&ana, &format!("{path}?limit=2&cursor={next}")).await.expect(200);

    let kept = |page: &Value| -> Vec<f64> {
        let page = page.as_array().unwrap().iter();
        page.map(|one| one["retention_rate"].as_f64().unwrap()).collect()
    };
    let all = [kept(&first), kept(&second)].concat();
    let expected = [0.03, 0.04, 0.05].map(|churn: f64| (1.0 - churn).powi(12));
    let differs = |(one, other): (&f64, &f64)| (one - other).abs() > 1e-12;
    assert!(all.len() == 3 && !all.iter().zip(&expected).any(differs), "{all:?}");
    assert_eq!(total.as_deref(), Some("3"));
    let present = app.get(&ana, &kpi(ids[0])).await.expect(200);
    assert_eq!(first[0], present["snapshot"], "the present one is the newest");
    app.get(&ana, &format!("{path}?limit=51")).await.expect(422);
}

#[tokio::test]
async fn the_newest_fifty_are_kept() {
    let (app, ana, _, ids) = study(1).await;
    app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    for version in 2..=53_i64 {
        sqlx::query("update kpi_snapshots set version = $1, inputs_hash = int8send($1)")
            .bind(version)
            .execute(&app.parts.pool)
            .await
            .unwrap();
    }

    let page = app.get(&ana, &format!("{}/history", kpi(ids[0]))).await;

    assert_eq!(page.header("x-total-count"), Some("50"));
    let versions: (i64, i64) = sqlx::query_as("select min(version), max(version) from kpi_history")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!(versions, (4, 53));
}

#[tokio::test]
async fn viewers_see_the_history_and_strangers_do_not() {
    let (app, _, project, ids) = study(1).await;
    let (viewer, stranger) = (app.user("viewer").await, app.user("stranger").await);
    app.member(project, &viewer, Role::Viewer).await;
    let path = format!("{}/history", kpi(ids[0]));

    app.get(&viewer, &path).await.expect(200);
    app.get(&stranger, &path).await.expect(404);
}
