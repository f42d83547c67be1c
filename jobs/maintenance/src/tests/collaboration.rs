use super::*;

/// A comment on a persona, and an entry of somebody's inbox with a request for an e-mail.
async fn mention(house: &House) -> Uuid {
    house.project(1).await;
    let request = house.id();
    let statement = "with c as (
            insert into comments
                (id, project_id, persona_id, thread_id, author_id, text, created_at)
            select p.id, p.project_id, p.id, p.id, p.created_by, 'x', $2 from personas p
            returning id, project_id, author_id
        )
        insert into notifications
            (id, project_id, account_id, kind, comment_id, actor_id, created_at, request_id)
        select gen_random_uuid(), project_id, author_id, 'mention', id, author_id, $2, $1 from c";
    house.execute(statement, request, house.now()).await;
    request
}

#[tokio::test]
async fn the_email_of_a_mention_is_called_for_until_it_is_sent_or_too_late() {
    let house = House::open().await;
    mention(&house).await;
    let (pool, publisher) = (&house.maintenance, &house.state.publisher);
    let call = async |after: Duration| {
        call_for_mentions(pool, publisher, house.now() + after).await.unwrap();
        publisher.take().len()
    };

    assert_eq!(call(Duration::minutes(9)).await, 0, "its own message is on the way");
    assert_eq!(call(Duration::minutes(10)).await, 1);
    assert_eq!(call(Duration::minutes(19)).await, 0);
    assert_eq!(call(Duration::minutes(20)).await, 1);
    assert_eq!(call(Duration::days(1)).await, 0, "it would come too late");
    let statement = "update notifications set sent_at = $2 where account_id = $1";
    house.execute(statement, house.ana.id.0, house.now()).await;
    assert_eq!(call(Duration::minutes(40)).await, 0);
}

#[tokio::test]
async fn events_go_after_a_week_and_what_was_in_an_inbox_after_ninety_days() {
    let house = House::open().await;
    mention(&house).await;
    let statement =
        "insert into collaboration_events (project_id, event_offset, at, kind, actor_id)
        select id, 1, $2, 'task_created', $1 from projects";
    house.execute(statement, house.ana.id.0, house.now()).await;
    let pool = &house.maintenance;
    let (week, quarter) = (house.now() + Duration::days(7), house.now() + Duration::days(90));

    assert_eq!(remove_events(pool, week - Duration::seconds(1)).await.unwrap(), 0);
    assert_eq!(remove_events(pool, week).await.unwrap(), 1);
    assert_eq!(remove_notifications(pool, quarter - Duration::seconds(1)).await.unwrap(), 0);
    assert_eq!(remove_notifications(pool, quarter).await.unwrap(), 1);
    assert_eq!(house.count("comments").await, 1, "what was said stays");
}
