use super::*;

#[tokio::test]
async fn a_profile_is_read_changed_and_keeps_what_is_left_out() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let path = "/api/v1/settings/profile";

    let role = json!({ "role": "Badaczka", "company": "Pracownia" });
    app.put(&ana, path, role).await.expect(200);
    let change = json!({ "full_name": "  Anna Nowak ", "company": null, "unknown": 1 });
    let changed = app.put(&ana, path, change).await.expect(200);

    assert_eq!(changed["user"]["full_name"], "Anna Nowak");
    assert_eq!(changed["user"]["role"], "Badaczka");
    assert_eq!(changed["user"]["company"], "Pracownia");
    let read = app.get(&ana, path).await.expect(200);
    assert_eq!(read, changed["user"]);
    assert!(read["last_login_at"].is_string());
    assert_eq!(app.audited(ana.id.0, "account").await, 2);
}

#[tokio::test]
async fn a_bad_profile_names_every_field_and_changes_nothing() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let path = "/api/v1/settings/profile";

    let long = "x".repeat(256);
    let change = json!({ "full_name": " A ", "role": long, "company": long });
    let answer = app.put(&ana, path, change).await.expect(422);

    let fields: Vec<&str> =
        answer["errors"].as_array().unwrap().iter().map(|e| text(e, "field")).collect();
    assert_eq!(fields, ["role", "company", "full_name"]);
    assert_eq!(app.get(&ana, path).await.expect(200)["full_name"], "Ana Nowak");
}

#[tokio::test]
async fn stats_count_what_the_caller_sees_and_nothing_deleted() {
    let app = TestApp::start(build).await;
    let (ana, jan) = (app.user("ana").await, app.user("jan").await);
    let own = app.project(&ana, json!({})).await;
    let shared = app.project(&jan, json!({})).await;
    app.member(shared, &ana, shared::role::Role::Viewer).await;
    let deleted = app.project(&ana, json!({})).await;
    let foreign = app.project(&jan, json!({})).await;
    for (project, people, gone) in [(own, 3, 1), (shared, 2, 0), (deleted, 5, 0), (foreign, 7, 0)] {
        people_in(&app, project.0, people, gone).await;
        studies_in(&app, project.0, people, gone).await;
    }
    let statement = "update projects set deleted_at = created_at where id = $1";
    sqlx::query(statement).bind(deleted.0).execute(&app.parts.pool).await.unwrap();

    let stats = app.get(&ana, "/api/v1/settings/stats").await.expect(200);

    assert_eq!(stats["plan"], "free");
    assert_eq!((&stats["projects_count"], &stats["personas_count"]), (&json!(2), &json!(4)));
    assert_eq!((&stats["focus_groups_count"], &stats["surveys_count"]), (&json!(5), &json!(4)));
}

/// So many focus groups and surveys of a project, some of the surveys deleted.
async fn studies_in(app: &TestApp, project: uuid::Uuid, many: i32, gone: i32) {
    let statement = "with groups as (
            insert into focus_groups
                (id, project_id, name, persona_ids, questions, created_by, created_at, updated_at)
            select gen_random_uuid(), $1, '-', '{}', '{}', $1, $4, $4
            from generate_series(1, $2)
        )
        insert into surveys
            (id, project_id, title, questions, design, language, target_responses, created_by,
             created_at, deleted_at)
        select gen_random_uuid(), $1, '-', '[]', '{}', 'pl', 10, $1, $4,
            case when i <= $3 then $4 end
        from generate_series(1, $2) as i";
    sqlx::query(statement)
        .bind(project)
        .bind(many)
        .bind(gone)
        .bind(app.parts.clock.now())
        .execute(&app.parts.pool)
        .await
        .unwrap();
}

/// Personas of a project, some of them deleted.
async fn people_in(app: &TestApp, project: uuid::Uuid, people: i32, gone: i32) {
    let statement = "with population as (
            insert into populations
                (id, project_id, seed, plan, plan_hash, engine_version, language, created_at)
            values (gen_random_uuid(), $1, 1, '{}', '', 1, 'pl', $4)
            returning id
        )
        insert into personas
            (id, project_id, population_id, population_index, language, card, headline,
             background_story, manner, segment_id, written_by, is_simulated, prompt_version,
             created_by, created_at, updated_at, deleted_at)
        select gen_random_uuid(), $1, population.id, i, 'pl', '{}', '-', '-', '{}', 'a', 'offline',
            true, '1', $1, $4, $4, case when i <= $3 then $4 end
        from population, generate_series(1, $2) as i";
    sqlx::query(statement)
        .bind(project)
        .bind(people)
        .bind(gone)
        .bind(app.parts.clock.now())
        .execute(&app.parts.pool)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_new_password_ends_the_other_sign_ins_and_keeps_this_one() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let login = |password: &str| json!({ "email": "ana@example.com", "password": password });
    let other = anonymous(&app, "/api/v1/auth/login", login("Another123")).await.expect(200);

    let change = json!({ "current_password": "Another123", "new_password": "Brandnew456" });
    app.put(&ana, "/api/v1/settings/password", change).await.expect(200);

    me(&app, &ana.token).await.expect(200);
    me(&app, text(&other, "access_token")).await.expect(401);
    let refresh = json!({ "refresh_token": other["refresh_token"] });
    anonymous(&app, "/api/v1/auth/refresh", refresh).await.expect(401);
    anonymous(&app, "/api/v1/auth/login", login("Another123")).await.expect(401);
    anonymous(&app, "/api/v1/auth/login", login("Brandnew456")).await.expect(200);
    assert_eq!(app.audited(ana.id.0, "account").await, 1);
}

#[tokio::test]
async fn a_password_changes_only_with_the_present_one_and_guessing_it_is_limited() {
    let app = TestApp::start(build).await;
    let ana = registered(&app, "ana@example.com").await;
    let path = "/api/v1/settings/password";
    let change =
        |current: &str| json!({ "current_password": current, "new_password": "Brandnew4" });

    let weak = json!({ "current_password": "Another123", "new_password": "short" });
    let weak = app.put(&ana, path, weak).await.expect(422);
    assert_eq!(weak["errors"][0]["field"], "new_password");
    for _ in 0..5 {
        let wrong = app.put(&ana, path, change("Wrong12345")).await.expect(400);
        assert_eq!(wrong["detail"], "Current password is incorrect");
    }
    app.put(&ana, path, change("Another123")).await.expect(429);

    app.parts.clock.advance(chrono::Duration::minutes(1));
    app.put(&ana, path, change("Another123")).await.expect(200);
}
