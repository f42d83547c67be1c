use super::*;

#[tokio::test]
async fn sign_ins_go_30_days_after_they_ended_or_expired() {
    let cases = [("ended", "ended_at"), ("expired", "expires_at")];

    for (how, column) in cases {
        let house = House::open().await;
        let over = house.now() + Duration::days(1);
        let due = over + Duration::days(30);
        let statement = match column {
            "ended_at" => "update sessions set ended_at = $2 where account_id = $1",
            _ => "update sessions set expires_at = $2 where account_id = $1",
        };
        house.app.user("jan").await;
        house.execute(statement, house.ana.id.0, over).await;

        let early = remove_sessions(&house.maintenance, due - Duration::seconds(1)).await.unwrap();
        let removed = remove_sessions(&house.maintenance, due).await.unwrap();

        assert_eq!((early, removed), (0, 1), "{how}");
        assert_eq!(house.count("sessions").await, 1, "jan is still signed in");
    }
}

#[tokio::test]
async fn proofs_by_mail_go_when_they_are_too_old() {
    let house = House::open().await;
    let statement = "insert into account_proofs
            (account_id, purpose, request_id, requested_at, expires_at)
        values ($1, 'password', gen_random_uuid(), $2, $2)";
    house.execute(statement, house.ana.id.0, house.now()).await;

    let pool = &house.maintenance;
    assert_eq!(remove_email_tokens(pool, house.now() - Duration::seconds(1)).await.unwrap(), 0);
    assert_eq!(remove_email_tokens(pool, house.now()).await.unwrap(), 1);
}

#[tokio::test]
async fn what_somebody_who_left_had_spent_goes_with_its_month() {
    let house = House::open().await;
    let statement = "insert into former_allowances (address_mac, month, spent_micros)
        values ($1::text, $2::timestamptz, 5)";
    let month: chrono::DateTime<chrono::Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
    house.execute(statement, house.ana.id.0, month).await;

    let (last, next) =
        (month + Duration::days(31) - Duration::seconds(1), month + Duration::days(31));
    let pool = &house.maintenance;
    assert_eq!(remove_former_allowances(pool, last).await.unwrap(), 0);
    assert_eq!(remove_former_allowances(pool, next).await.unwrap(), 1);
}

#[tokio::test]
async fn share_links_go_30_days_after_they_showed_anything() {
    let house = House::open().await;
    house.project(1).await;
    let statement = "insert into share_links
            (id, project_id, persona_id, token_hash, created_by, created_at, expires_at)
        select gen_random_uuid(), project_id, id, '', $1, $2, $2 from personas";
    house.execute(statement, house.ana.id.0, house.now()).await;

    let (pool, due) = (&house.maintenance, house.now() + Duration::days(30));
    assert_eq!(remove_share_links(pool, due - Duration::seconds(1)).await.unwrap(), 0);
    assert_eq!(remove_share_links(pool, due).await.unwrap(), 1);
}
