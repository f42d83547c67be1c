//! Whom of the people a list gives.

use shared::persona::label;
use testkit::Answer;

use super::*;

/// The cards of the people that [`study`] makes.
fn cards(people: u32) -> Vec<Card> {
    Population::new(&Plan::everyone(), Seed(7)).cards(0..people)
}

async fn list(app: &TestApp, user: &User, project: ProjectId, query: &str) -> Answer {
    app.get(user, &format!("/api/v1/projects/{project}/personas?{query}")).await
}

fn ids(page: &Value) -> Vec<PersonaId> {
    let people = page.as_array().unwrap().iter();
    people.map(|one| serde_json::from_value(one["id"].clone()).unwrap()).collect()
}

/// As an address carries it.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The places of those whom a query gives, whose total is the same.
async fn found(app: &TestApp, user: &User, project: ProjectId, query: &str) -> Vec<u64> {
    let answer = list(app, user, project, query).await;
    let total = answer.header("x-total-count").map(str::to_owned);
    let page = answer.expect(200);
    let people = page.as_array().unwrap().iter();
    let found: Vec<u64> = people.map(|one| one["population_index"].as_u64().unwrap()).collect();
    assert_eq!(total, Some(found.len().to_string()), "{query}");
    found
}

fn places(cards: &[Card], is_wanted: impl Fn(&Card) -> bool) -> Vec<u64> {
    let wanted = cards.iter().filter(|card| is_wanted(card));
    wanted.map(|card| u64::from(card.index)).collect()
}

#[tokio::test]
async fn a_filter_leaves_those_whose_cards_have_it_and_counts_them() {
    let (app, ana, project, _) = study(60).await;
    let cards = cards(60);
    let first = &cards[0];
    let segment = Segment::of(first).id();
    type Has = Box<dyn Fn(&Card) -> bool>;
    let (region, education) = (first.region.clone(), first.education);
    let (place, activity) = (first.place, first.activity);
    let group = cards.iter().find_map(|card| card.occupation_group).unwrap();
    let filters: Vec<(String, Has)> = vec![
        ("gender=female".into(), Box::new(|card| label::key(&card.gender) == "female")),
        (format!("region={}", encoded(&region)), Box::new(move |card| card.region == region)),
        (format!("place={place}"), Box::new(move |card| card.place == place)),
        (format!("education={education}"), Box::new(move |card| card.education == education)),
        (format!("activity={activity}"), Box::new(move |card| card.activity == activity)),
        (
            format!("occupation_group={group}"),
            Box::new(move |card| card.occupation_group == Some(group)),
        ),
        (format!("segment_id={segment}"), Box::new(move |card| Segment::of(card).id() == segment)),
        ("age_min=40".into(), Box::new(|card| card.age >= 40)),
        ("age_max=40".into(), Box::new(|card| card.age <= 40)),
        (
            format!("age_min=30&age_max=50&place={place}"),
            Box::new(move |card| (30..=50).contains(&card.age) && card.place == place),
        ),
    ];

    for (query, has) in filters {
        let wanted = places(&cards, has);
        assert!(!wanted.is_empty() && wanted.len() < 60, "{query} tells nobody apart");
        assert_eq!(found(&app, &ana, project, &query).await, wanted, "{query}");
    }
    assert_eq!(found(&app, &ana, project, "").await.len(), 60);
}

#[tokio::test]
async fn words_are_found_in_capitals_or_not_and_mean_nothing_else() {
    let (app, ana, project, people) = study(20).await;
    let cards = cards(20);
    let headline = "update personas set headline = 'Żółw: 100% pewny' where id = $1";
    sqlx::query(headline).bind(people[3].0).execute(&app.parts.pool).await.unwrap();
    let name = label::full_name(&cards[5]).to_uppercase();
    let trade = cards[7].occupation.to_uppercase();

    let by_name = found(&app, &ana, project, &format!("q={}", encoded(&name))).await;
    let by_trade = found(&app, &ana, project, &format!("q={}", encoded(&trade))).await;
    let by_headline = found(&app, &ana, project, &format!("q={}", encoded(" żÓŁW: 100% "))).await;
    let by_no_pattern = found(&app, &ana, project, &format!("q={}", encoded("Ż%pewny"))).await;
    let marks = "z\u{307}o\u{301}łw: 100%";
    let by_marks = found(&app, &ana, project, &format!("q={}", encoded(marks))).await;

    assert!(by_name.contains(&5), "{name}: {by_name:?}");
    assert!(by_trade.contains(&7), "{trade}: {by_trade:?}");
    assert_eq!((by_headline, by_no_pattern), (vec![3], vec![]));
    assert_eq!(by_marks, [3], "a letter and its mark are the letter");
}

#[tokio::test]
async fn a_status_is_a_filter_and_pages_and_their_total_keep_to_it() {
    let (app, ana, project, people) = study(9).await;
    let status = "update personas set status = 'archived' where population_index % 2 = 0";
    sqlx::query(status).execute(&app.parts.pool).await.unwrap();
    let (mut seen, mut query) = (Vec::new(), "status=archived&limit=2".to_owned());

    loop {
        let answer = list(&app, &ana, project, &query).await;
        assert_eq!(answer.header("x-total-count"), Some("5"));
        let next = answer.header("x-next-cursor").map(str::to_owned);
        seen.extend(ids(&answer.expect(200)));
        let Some(next) = next else { break };
        query = format!("status=archived&limit=2&cursor={next}");
    }

    assert_eq!(seen, people.iter().step_by(2).copied().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_filter_that_nobody_can_have_is_refused_by_name() {
    let (app, ana, project, _) = study(1).await;
    let long = "x".repeat(101);

    for (query, field, rule) in [
        ("gender=man".to_owned(), "gender", "unknown variant `man`"),
        ("status=gone".to_owned(), "status", "unknown variant `gone`"),
        ("place=sea".to_owned(), "place", "unknown variant `sea`"),
        ("education=some".to_owned(), "education", "unknown variant `some`"),
        ("activity=idle".to_owned(), "activity", "unknown variant `idle`"),
        ("occupation_group=kings".to_owned(), "occupation_group", "unknown variant `kings`"),
        ("segment_id=seg_9".to_owned(), "segment_id", "must be a segment's id"),
        ("region=Mazowsze".to_owned(), "region", "must be a voivodeship"),
        ("age_min=17".to_owned(), "age_min", "must be between 18 and 95"),
        ("age_max=96".to_owned(), "age_max", "must be between 18 and 95"),
        ("age_min=50&age_max=40".to_owned(), "age_max", "must be at least age_min"),
        ("q=%20".to_owned(), "q", "must have 1 to 100 characters"),
        (format!("q={long}"), "q", "must have 1 to 100 characters"),
    ] {
        let problem = list(&app, &ana, project, &query).await.expect(422);
        let said = problem["errors"][0].to_string();
        assert!(said.contains(field) && said.contains(rule), "{query}: {said}");
    }
}

#[tokio::test]
async fn a_cursor_of_another_project_tells_nothing_of_its_people() {
    let app = TestApp::start(build).await;
    let (ana, stranger) = (app.user("ana").await, app.user("stranger").await);
    let theirs = app.project(&stranger, json!({})).await;
    let before = populate(&app, &stranger, theirs, 1).await[0];
    let project = app.project(&ana, json!({})).await;
    populate(&app, &ana, project, 2).await;

    let page = list(&app, &ana, project, &format!("cursor={before}")).await.expect(200);

    assert_eq!(page, json!([]), "as of nobody's");
    let nobody = list(&app, &ana, project, &format!("cursor={}", Uuid::nil())).await.expect(200);
    assert_eq!(nobody, json!([]));
}
