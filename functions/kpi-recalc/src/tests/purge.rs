//! What a purge leaves of metrics: all of it.

use super::*;

#[tokio::test]
async fn metrics_of_a_segment_are_the_same_after_a_purge_of_one_of_its_people() {
    let (app, ana, project, ids) = study(40).await;
    let together: Vec<uuid::Uuid> = sqlx::query_scalar(
        "select array_agg(id) from personas group by segment_id order by count(*) desc limit 1",
    )
    .fetch_one(&app.parts.pool)
    .await
    .unwrap();
    let (purged, left) = (PersonaId(together[0]), PersonaId(together[1]));
    let response = |id: &PersonaId| match *id == purged {
        true => json!({ "answers": { "q": 10, "b": 5 } }),
        false => json!({ "answers": { "q": 6, "b": 1 } }),
    };
    let nps = json!({ "id": "q", "type": "nps", "title": "Would you recommend it?" });
    let responses: Vec<_> = ids.iter().map(|id| (*id, response(id))).collect();
    answered(&app, project, &json!([nps, purchase("b")]), &responses).await;
    let before = app.post(&ana, &recalculation(left), json!({})).await.expect(200);

    for statement in [
        "update personas set deleted_at = created_at where id = $1",
        "delete from personas where id = $1",
    ] {
        sqlx::query(statement).bind(purged.0).execute(&app.database.owner()).await.unwrap();
    }
    look_again(&app).await;
    let after = app.post(&ana, &recalculation(left), json!({})).await.expect(200);

    let removed: i64 = sqlx::query_scalar("select people_removed from surveys")
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    assert_eq!((removed, &after["version"]), (1, &json!(2)));
    assert!(before["conversion_rate"].as_f64().unwrap() > 0.0, "{before}");
    assert_eq!(metrics(&before), metrics(&after));
}
