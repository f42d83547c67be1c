//! Surveys whose respondents are purged.

use sqlx::PgConnection;

use super::answers::answered;
use super::*;

/// Takes away for good who answered first.
async fn purge_first(connection: &mut PgConnection) {
    let purge = "delete from personas where id = (select persona_id from survey_responses where respondent = 0)";
    sqlx::query(purge).execute(connection).await.unwrap();
}

/// Whether anybody waits for a lock in this test's database.
async fn somebody_waits(app: &TestApp) -> bool {
    let waits = "select exists (select from pg_locks l join pg_database d on d.oid = l.database \
         where not l.granted and d.datname = current_database())";
    sqlx::query_scalar(waits).fetch_one(&app.parts.pool).await.unwrap()
}

fn figures_of<'a>(results: &'a Value, question: &str) -> &'a Value {
    let all = results["question_analytics"].as_array().unwrap();
    all.iter().find(|one| one["question_id"] == question).unwrap()
}

#[tokio::test]
async fn what_a_purged_person_chose_counts_and_what_they_said_is_gone_and_that_is_said() {
    let (app, ana, _, survey) = answered(40).await;
    let path = format!("{}/results", one(&survey));
    let before = app.get(&ana, &path).await.expect(200);
    let said: String = sqlx::query_scalar(
        "select response->'answers'->>'why' from survey_responses where respondent = 0",
    )
    .fetch_one(&app.parts.pool)
    .await
    .unwrap();

    purge_first(&mut app.parts.pool.acquire().await.unwrap()).await;
    let after = app.get(&ana, &path).await.expect(200);

    for closed in ["tea", "milk", "buy", "rank", "grid", "tell", "pay"] {
        assert_eq!(figures_of(&after, closed), figures_of(&before, closed));
    }
    assert_eq!(after["demographic_breakdown"], before["demographic_breakdown"]);
    assert_eq!((&before["people_removed"], &after["people_removed"]), (&json!(0), &json!(1)));
    assert_eq!(after["actual_responses"], 40);
    assert_eq!(figures_of(&after, "why")["statistics"]["total_responses"], 39);
    assert!(before.to_string().contains(&said) && !after.to_string().contains(&said));
    let told = |results: &Value| results["limits"].to_string().contains("usunięto");
    assert!(!told(&before) && told(&after), "{after}");
}

#[tokio::test]
async fn a_purged_person_is_in_no_sheet_and_its_disclosure_says_so() {
    let (app, ana, _, survey) = answered(12).await;
    let disclosure = format!("{}/responses/disclosure", one(&survey));
    let before = app.get(&ana, &disclosure).await.expect(200);

    purge_first(&mut app.parts.pool.acquire().await.unwrap()).await;

    let csv = app.get(&ana, &format!("{}/responses.csv", one(&survey))).await.text();
    assert_eq!(csv.matches("\r\n").count(), 12, "the names of the columns, and eleven people");
    let after = app.get(&ana, &disclosure).await.expect(200);
    assert_eq!((&before["people_removed"], &after["people_removed"]), (&json!(0), &json!(1)));
    assert_eq!(after["models"][0]["texts"], 11);
    assert!(after["limits"].to_string().contains("usunięte: 1"), "{after}");
}

#[tokio::test]
async fn figures_that_were_made_while_somebody_was_purged_are_not_kept() {
    let (app, ana, _, survey) = answered(12).await;
    let path = format!("{}/results", one(&survey));
    // whoever reads has to wait here, with the survey and its edition read
    let mut purging = app.parts.pool.begin().await.unwrap();
    let lock = "lock table survey_results in access exclusive mode";
    sqlx::query(lock).execute(&mut *purging).await.unwrap();

    let reading = app.get(&ana, &path);
    let purging = async {
        while !somebody_waits(&app).await {}
        purge_first(&mut purging).await;
        purging.commit().await.unwrap();
    };
    let (answer, ()) = tokio::join!(reading, purging);

    answer.expect(200);
    let kept = "select count(*) from survey_results";
    let kept: i64 = sqlx::query_scalar(kept).fetch_one(&app.parts.pool).await.unwrap();
    assert_eq!(kept, 0, "they may have been read before");
}
