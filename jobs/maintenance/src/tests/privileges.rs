use super::*;

#[tokio::test]
async fn maintenance_reads_no_secret_no_text_of_people_and_writes_no_history() {
    let house = House::open().await;
    let refused = [
        "select password_hash from accounts",
        "select email from accounts",
        "select refresh_hash from sessions",
        "select token_hash from account_proofs",
        "select token_hash from project_invitations",
        "select email from project_invitations",
        "select background_story from personas",
        "select card from personas",
        "select target_audience from projects",
        "select title from documents",
        "select text from chunks",
        "select text from citations",
        "select query from groundings",
        "select questions from surveys",
        "select said from focus_group_turns",
        "select text from comments",
        "select title from tasks",
        "select account_id from notifications",
        "select comment_id from collaboration_events",
        "select input from runs",
        "select input from run_shards",
        "select details from audit_log",
        "insert into audit_log (id, at, subject_kind, action)
             values (gen_random_uuid(), '2026-01-01', 'persona', 'persona.viewed')",
        "update audit_log set action = 'nothing'",
        "update personas set headline = ''",
        "update projects set owner_id = id",
        "delete from runs",
        "delete from model_calls",
        "create table mine (id int)",
    ];

    for statement in refused {
        let error = sqlx::query(statement).execute(&house.maintenance).await.unwrap_err();

        let code = error.as_database_error().and_then(|error| error.code());
        assert_eq!(code.as_deref(), Some("42501"), "{statement}: {error}");
    }
}
