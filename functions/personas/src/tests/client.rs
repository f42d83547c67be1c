//! What the existing client reads inside the details, field by field: each type below fails to read an answer in which
//! a field is missing or of another kind.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use super::details::computed;
use super::*;

/// A field that has to be there, and may be null.
fn there<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    Option::deserialize(from)
}

#[derive(Deserialize)]
struct KpiSnapshot {
    #[serde(deserialize_with = "there")]
    segment_size: Option<i64>,
    #[serde(deserialize_with = "there")]
    conversion_rate: Option<f64>,
    #[serde(deserialize_with = "there")]
    retention_rate: Option<f64>,
    #[serde(deserialize_with = "there")]
    nps_score: Option<f64>,
    #[serde(deserialize_with = "there")]
    ltv: Option<f64>,
    #[serde(deserialize_with = "there")]
    cac: Option<f64>,
    #[serde(deserialize_with = "there")]
    cac_ltv_ratio: Option<f64>,
    benchmarks: BTreeMap<String, f64>,
    data_sources: Vec<String>,
    confidence_score: f64,
    calculation_method: String,
    timestamp: chrono::DateTime<chrono::Utc>,
}

#[derive(Deserialize)]
struct CustomerJourney {
    stages: Vec<Stage>,
    #[serde(deserialize_with = "there")]
    overall_journey_length_days: Option<f64>,
    #[serde(deserialize_with = "there")]
    overall_conversion_rate: Option<f64>,
}

#[derive(Deserialize)]
struct Stage {
    stage: String,
    typical_questions: Vec<String>,
    buying_signals: Vec<String>,
    touchpoints: Vec<Touchpoint>,
    emotions: Vec<String>,
    pain_points: Vec<String>,
    #[serde(deserialize_with = "there")]
    avg_time_in_stage_days: Option<f64>,
    #[serde(deserialize_with = "there")]
    drop_off_rate: Option<f64>,
}

#[derive(Deserialize)]
struct Touchpoint {
    name: String,
    channel: String,
    #[serde(deserialize_with = "there")]
    priority: Option<u8>,
    #[serde(deserialize_with = "there")]
    impact: Option<f64>,
    #[serde(deserialize_with = "there")]
    effort: Option<f64>,
}

async fn details(app: &TestApp, user: &User, id: PersonaId) -> Value {
    app.get(user, &format!("{}/details", one(id))).await.expect(200)
}

#[tokio::test]
async fn metrics_have_every_field_that_the_client_reads() {
    let (app, ana, project, ids) = study(1).await;
    assert_eq!(details(&app, &ana, ids[0]).await["kpi_snapshot"], Value::Null);
    computed(&app, project, ids[0], 1, 5_000.0).await;

    let shown = details(&app, &ana, ids[0]).await["kpi_snapshot"].clone();
    let snapshot: KpiSnapshot = serde_json::from_value(shown).unwrap();

    assert_eq!(snapshot.segment_size, Some(5_000));
    let absent = [
        snapshot.conversion_rate,
        snapshot.retention_rate,
        snapshot.nps_score,
        snapshot.ltv,
        snapshot.cac,
        snapshot.cac_ltv_ratio,
    ];
    assert_eq!(absent, [None; 6], "nothing is made up");
    assert_eq!((snapshot.benchmarks.len(), snapshot.data_sources), (0, vec!["GUS".to_owned()]));
    assert!(
        (snapshot.confidence_score - 1.0 / 21.0).abs() < 1e-12,
        "one of seven, of low confidence"
    );
    assert_eq!(snapshot.calculation_method, "official_table");
    // As the database was told; the clock of these tests stands elsewhere.
    assert!(snapshot.timestamp.timestamp() > 0);
}

#[tokio::test]
async fn a_journey_has_every_field_that_the_client_reads_as_soon_as_it_is_written() {
    let (app, ana, _, ids) = study(1).await;
    assert_eq!(details(&app, &ana, ids[0]).await["customer_journey"], Value::Null);
    app.post(&ana, &format!("{}/journey", one(ids[0])), json!({})).await.expect(200);

    let shown = details(&app, &ana, ids[0]).await["customer_journey"].clone();
    let journey: CustomerJourney = serde_json::from_value(shown).unwrap();

    let names: Vec<&str> = journey.stages.iter().map(|one| one.stage.as_str()).collect();
    assert_eq!(names, ["awareness", "consideration", "decision", "post_purchase"]);
    for stage in &journey.stages {
        for texts in
            [&stage.typical_questions, &stage.buying_signals, &stage.emotions, &stage.pain_points]
        {
            assert!(!texts.is_empty() && texts.iter().all(|text| !text.is_empty()));
        }
        assert!((3..=5).contains(&stage.touchpoints.len()));
        for (place, touchpoint) in (1..).zip(&stage.touchpoints) {
            assert_eq!(touchpoint.name, touchpoint.channel);
            assert_eq!(touchpoint.priority, Some(place));
            assert_eq!((touchpoint.impact, touchpoint.effort), (None, None), "no source says it");
        }
        assert_eq!((stage.avg_time_in_stage_days, stage.drop_off_rate), (None, None));
    }
    assert_eq!(
        (journey.overall_journey_length_days, journey.overall_conversion_rate),
        (None, None)
    );
}

#[tokio::test]
async fn a_journey_that_was_erased_and_written_anew_is_never_shown_as_it_was_kept() {
    let (app, ana, _, ids) = study(1).await;
    let written = format!("{}/journey", one(ids[0]));
    app.post(&ana, &written, json!({})).await.expect(200);
    sqlx::query("update persona_journeys set journey = jsonb_set(journey, '{stages,0,emotions,0}', '\"old\"')")
        .execute(&app.parts.pool)
        .await
        .unwrap();
    let old = details(&app, &ana, ids[0]).await;
    sqlx::query("delete from persona_journeys").execute(&app.parts.pool).await.unwrap();
    let none = details(&app, &ana, ids[0]).await;
    app.parts.clock.advance(chrono::Duration::seconds(1));
    app.post(&ana, &written, json!({})).await.expect(200);

    let new = details(&app, &ana, ids[0]).await;

    let feels = |details: &Value| details["customer_journey"]["stages"][0]["emotions"][0].clone();
    assert_eq!(feels(&old), "old", "kept under the first version");
    assert_eq!(none["customer_journey"], Value::Null);
    assert!(feels(&new).is_string() && feels(&new) != "old", "version 1 again, and another one");
}
