//! What leaves after somebody is purged.

use super::project::{answered, fetch, link, talk, written};
use super::*;

#[tokio::test]
async fn a_purged_person_is_in_no_file_and_its_disclosure_says_how_many_are() {
    let (app, ana, project, ids) = project_with(3).await;
    let (survey, group) = (answered(&app, project, &ids).await, talk(&app, project, ids[0]).await);
    let gone = card(&app, ids[0]).await;
    let purge = sqlx::query("delete from personas where id = $1").bind(ids[0].0);
    purge.execute(&app.parts.pool).await.unwrap();

    for (subject, id) in [("survey", survey), ("focus_group", group)] {
        for format in ["json", "csv"] {
            let body = json!({ "subject": subject, "subject_id": id, "format": format, "unmask": true,
                "reason": "to see who is gone" });
            let started = written(&app, &ana, project, body).await;
            let link = link(&app, &ana, &started).await;
            let file = fetch(&app, &link["file"]).await.text();
            let disclosure = fetch(&app, &link["disclosure"]).await.expect(200);

            assert!(!file.contains(&format!("{} tak mówi", gone.first_name)), "{file}");
            assert!(
                !file.contains(&gone.surname.to_string()) && !file.contains("Jestem"),
                "{file}"
            );
            assert!(!file.contains("moderator"), "what they said is not the moderator's: {file}");
            assert_eq!(disclosure["people_removed"], 1, "{disclosure}");
        }
    }
}
