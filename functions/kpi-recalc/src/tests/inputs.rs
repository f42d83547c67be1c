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

#[tokio::test]
async fn a_spreadsheet_that_is_filled_in_is_taken_and_comes_back_as_it_was() {
    let (app, ana, project, _) = study(1).await;
    let template = format!("{}/template.csv", given(project));
    let terms = |csv: &str| {
        json!({ "currency": "PLN", "period": "monthly", "basis": "gross", "vat_rate": 0.23,
            "discount_rate": 0.1, "csv": csv })
    };
    let empty = app.get(&ana, &template).await.text();
    // As somebody fills it in: every line, and one cell left out.
    let filled: String = (0..)
        .zip(empty.lines())
        .map(|(number, line)| match line.strip_suffix(",,,,,,,,") {
            Some(named) => {
                format!("{named},{number}000.5,0.{number},{number},1000,0.05,300,,5000\r\n")
            }
            None => format!("{line}\r\n"),
        })
        .collect();

    let taken = app.put(&ana, &given(project), terms(&filled)).await.expect(200);
    let downloaded = app.get(&ana, &template).await.text();
    let again = app.put(&ana, &given(project), terms(&downloaded)).await.expect(200);
    let semicolons = downloaded
        .lines()
        .map(|line| match line.rsplit_once('"') {
            Some((name, cells)) => format!("{name}\"{}", polish(cells)),
            None => polish(line),
        })
        .map(|line| line.replacen(',', ";", usize::from(line.contains('"'))))
        .collect::<Vec<_>>()
        .join("\r\n");
    let as_excel_saves = app.put(&ana, &given(project), terms(&semicolons)).await.expect(200);

    let rows = taken["inputs"]["figures"].as_array().unwrap();
    assert_eq!(rows.len(), 13, "twelve segments and all");
    assert_eq!((&rows[0]["revenue"], &rows[0]["margin"]), (&json!(1000.5), &json!(0.1)));
    assert_eq!((&rows[0]["new_customers"], &rows[12]["segment"]), (&Value::Null, &Value::Null));
    assert_eq!(again["inputs"], taken["inputs"], "what we give out we take in");
    assert_eq!(as_excel_saves["inputs"], taken["inputs"]);
    assert_eq!(again["inputs"]["vat_rate"], 0.23);
}

/// A line without quotes as a spreadsheet in Polish saves it.
fn polish(line: &str) -> String {
    line.replace(',', ";").replace('.', ",")
}

#[tokio::test]
async fn a_segment_that_stands_there_twice_is_told_by_its_line() {
    let (app, ana, project, _) = study(1).await;
    let csv = "segment,churn\nall,0.1\n\nseg_retired_urban,0.1\nseg_retired_urban,0.2\n,0.3\n";
    let body = json!({ "currency": "PLN", "period": "monthly", "basis": "net", "csv": csv });

    let refused = app.put(&ana, &given(project), body).await.expect(422);

    let fields: Vec<&Value> =
        refused["errors"].as_array().unwrap().iter().map(|error| &error["field"]).collect();
    assert_eq!(fields, ["csv.5.segment", "csv.6.segment"], "{refused}");
}

#[tokio::test]
async fn amounts_with_tax_need_its_rate_before_they_become_money() {
    let (app, ana, project, ids) = study(1).await;
    let mut body = figures(0.05);
    body["basis"] = json!("gross");
    app.put(&ana, &given(project), body.clone()).await.expect(200);
    let unknown = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    body["vat_rate"] = json!(0.25);
    app.put(&ana, &given(project), body.clone()).await.expect(200);
    let known = app.post(&ana, &recalculation(ids[0]), json!({})).await.expect(200);
    body["vat_rate"] = json!(23);
    let refused = app.put(&ana, &given(project), body).await.expect(422);

    assert_eq!((&unknown["cac"], &unknown["ltv"]), (&Value::Null, &Value::Null));
    assert!(unknown["retention_rate"].is_number());
    let why = unknown["metrics"]["cac"]["absent_because"].as_str().unwrap();
    assert!(why.contains("vat_rate"), "{why}");
    assert_eq!(known["cac"], 40.0, "50 with a quarter of tax");
    assert_eq!(refused["errors"][0]["field"], "vat_rate", "{refused}");
}
