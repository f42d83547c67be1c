use super::*;

#[tokio::test]
async fn figures_are_given_read_and_replaced_as_a_whole() {
    let (app, ana, project, _) = study(1).await;

    let none = app.get(&ana, &given(project)).await.expect(200);
    let first = app.put(&ana, &given(project), figures(0.05)).await.expect(200);
    let read = app.get(&ana, &given(project)).await.expect(200);
    let csv = "segment,churn,customers\nall,0.2,10\nseg_retired_urban,0.1,5\n";
    let body = json!({ "currency": "EUR", "period": "yearly", "basis": "gross", "csv": csv });
    let second = app.put(&ana, &given(project), body).await.expect(200);

    assert_eq!((&none["inputs"], &none["version"]), (&Value::Null, &json!(0)));
    assert_eq!(first, read);
    assert_eq!(first["version"], 1);
    assert_eq!(first["inputs"]["figures"][0]["churn"], 0.05);
    assert_eq!(second["version"], 2);
    assert_eq!(second["inputs"]["figures"].as_array().unwrap().len(), 2);
    assert_eq!(second["inputs"]["figures"][0]["revenue"], Value::Null, "nothing is left over");
    assert_eq!(app.audited(project.0, "kpi").await, 2);
}

#[tokio::test]
async fn wrong_lines_are_told_by_number_and_nothing_is_half_stored() {
    let (app, ana, project, _) = study(1).await;
    app.put(&ana, &given(project), figures(0.05)).await.expect(200);
    let body =
        |csv: &str| json!({ "currency": "PLN", "period": "monthly", "basis": "net", "csv": csv });

    for (csv, field) in [
        ("segment,churn\nall,0.2\nseg_moon,0.1\n", "csv.3.segment"),
        ("segment,churn\nall,2\n", "csv.2.churn"),
        ("segment,churn\nall,much\n", "csv.2.churn"),
        ("churn\n0.2\n", "csv.1"),
    ] {
        let refused = app.put(&ana, &given(project), body(csv)).await.expect(422);
        let errors = refused["errors"].as_array().unwrap();
        assert!(errors.iter().any(|error| error["field"] == field), "{field}: {refused}");
    }
    let both =
        json!({ "currency": "PLN", "period": "monthly", "basis": "net", "csv": "", "figures": [] });
    app.put(&ana, &given(project), both).await.expect(422);
    let wrong = json!({ "currency": "zl", "period": "daily", "basis": "net" });
    app.put(&ana, &given(project), wrong).await.expect(422);

    let kept = app.get(&ana, &given(project)).await.expect(200);
    assert_eq!(
        (&kept["version"], &kept["inputs"]["figures"][0]["churn"]),
        (&json!(1), &json!(0.05))
    );
}

#[tokio::test]
async fn figures_leave_as_a_spreadsheet_that_is_taken_back_as_it_is() {
    let (app, ana, project, _) = study(1).await;
    let csv = "segment,revenue,churn,customers\nall,1000.25,0.2,10\nseg_retired_urban,,0.1,5\n";
    let body =
        |csv: &str| json!({ "currency": "EUR", "period": "yearly", "basis": "gross", "csv": csv });
    let given_first = app.put(&ana, &given(project), body(csv)).await.expect(200);

    let sheet = app.get(&ana, &format!("{}/template.csv", given(project))).await.text();
    let given_again = app.put(&ana, &given(project), body(&sheet)).await.expect(200);

    let rows = |view: &Value| {
        let mut rows = view["inputs"]["figures"].as_array().unwrap().clone();
        rows.sort_by_key(ToString::to_string);
        rows
    };
    assert_eq!(rows(&given_again), rows(&given_first), "{sheet}");
    assert_eq!(rows(&given_again).len(), 2);
}

#[tokio::test]
async fn the_template_has_every_segment_and_is_a_download() {
    let (app, ana, project, _) = study(1).await;

    let answer = app.get(&ana, &format!("{}/template.csv", given(project))).await;

    assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(answer.header("content-disposition").unwrap().contains("attachment"));
    let text = answer.text();
    assert_eq!(text.lines().count(), 14, "{text}");
    assert!(text.starts_with("\u{feff}segment,name,revenue"), "{text}");
}
