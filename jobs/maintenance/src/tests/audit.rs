use super::*;

const VIEWED: &str = "insert into audit_log
        (id, at, subject_kind, subject_id, action, address, user_agent)
    values ($1, $2, 'persona', $1, 'persona.viewed', '192.0.2.7', 'a browser')";

#[tokio::test]
async fn addresses_are_forgotten_after_90_days_and_the_line_stays() {
    let house = House::open().await;
    let due = house.now() + Duration::days(90);
    house.execute(VIEWED, house.id(), house.now()).await;
    house.execute(VIEWED, house.id(), house.now() + Duration::days(1)).await;

    let pool = &house.maintenance;
    assert_eq!(forget_addresses(pool, due - Duration::seconds(1)).await.unwrap(), 0);
    assert_eq!(forget_addresses(pool, due).await.unwrap(), 1);
    assert_eq!(forget_addresses(pool, due).await.unwrap(), 0, "once is enough");
    assert_eq!(house.count("audit_log where address is null and user_agent is null").await, 1);
    assert_eq!(house.count("audit_log").await, 2);
}

#[tokio::test]
async fn a_line_goes_after_two_years() {
    let house = House::open().await;
    let due = DateTime::parse_from_rfc3339("2028-01-02T03:04:05Z").unwrap().to_utc();
    house.execute(VIEWED, house.id(), house.now()).await;

    let pool = &house.maintenance;
    assert_eq!(remove_old_lines(pool, due - Duration::seconds(1)).await.unwrap(), 0);
    assert_eq!(remove_old_lines(pool, due).await.unwrap(), 1);
}

#[tokio::test]
async fn where_somebody_came_from_is_forgotten_when_they_leave() {
    let house = House::open().await;
    let jan = house.app.user("jan").await;
    for person in [&house.ana, &jan] {
        house.execute(VIEWED, house.id(), house.now()).await;
        let mine = "update audit_log set account_id = $1 where account_id is null and at <= $2";
        let owner = house.app.database.options(None);
        sqlx::query(mine)
            .bind(person.id.0)
            .bind(house.now())
            .execute(&PgPoolOptions::new().connect_lazy_with(owner))
            .await
            .unwrap();
    }
    assert_eq!(forget_leavers(&house.maintenance).await.unwrap(), 0);

    let leave = "update accounts set deleted_at = $2 where id = $1";
    house.execute(leave, house.ana.id.0, house.now()).await;

    assert_eq!(forget_leavers(&house.maintenance).await.unwrap(), 1);
    assert_eq!(forget_leavers(&house.maintenance).await.unwrap(), 0, "once is enough");
    assert_eq!(house.count("audit_log where address is not null").await, 1, "jan is still here");
    assert_eq!(house.count("audit_log").await, 2);
}
