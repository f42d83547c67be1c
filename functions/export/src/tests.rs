pub(crate) mod csv;
mod faults;
mod lossless;
mod masked;
mod pdf;
mod persona;
mod project;
mod quotes;
pub(crate) mod read;
mod removed;

use platform::Service;
use platform::model::Config;
use serde_json::{Value, json};
use shared::id::{PersonaId, ProjectId};
use shared::persona::{Card, mask};
use shared::role::Role;
use sqlx::types::Json;
use testkit::{Answer, Parts, TestApp, User};

use super::*;

fn build(parts: &Parts) -> Service {
    let worker = parts.worker_state(&Config::offline()).without_model();
    routes(AppState { worker, storage: parts.storage.clone() })
}

/// A project with people in it whose texts name them, and its owner.
async fn project_with(people: u32) -> (TestApp, User, ProjectId, Vec<PersonaId>) {
    let app = TestApp::start(build).await;
    let ana = app.user("ana").await;
    let project = app.project(&ana, json!({})).await;
    let ids = app.people(project, &ana, people).await;
    for id in &ids {
        let card = card(&app, *id).await;
        let text = format!(
            "=To {} {}, lat {}, „{}”; pisz: x.y@example.com",
            card.first_name, card.surname, card.age, card.town
        );
        sqlx::query("update personas set headline = $2, background_story = $2 where id = $1")
            .bind(id.0)
            .bind(text)
            .execute(&app.parts.pool)
            .await
            .unwrap();
    }
    (app, ana, project, ids)
}

async fn card(app: &TestApp, id: PersonaId) -> Card {
    let card: Json<Card> = sqlx::query_scalar("select card from personas where id = $1")
        .bind(id.0)
        .fetch_one(&app.parts.pool)
        .await
        .unwrap();
    card.0
}

/// What must not stand in a masked file of this person.
fn secrets(card: &Card) -> Vec<String> {
    let town = card.town.split(' ').filter(|word| word.chars().count() > 3).map(str::to_owned);
    let names = [&card.first_name, &card.surname].map(|name| name.to_string());
    names.into_iter().chain(town).chain(["example.com".to_owned()]).collect()
}

/// Holds that nothing of this person stands in a masked file: neither as a word nor in another case. A longer word
/// that begins alike is another one: `Lis` is a surname, and PDF has a `ListNumbering`.
fn assert_hidden(card: &Card, text: &str) {
    const LONGEST_ENDING: usize = 3;
    for secret in secrets(card) {
        let stands = text.match_indices(&secret).any(|(at, _)| {
            let is_begun = text[..at].chars().next_back().is_some_and(char::is_alphanumeric);
            let rest = text[at + secret.len()..].chars();
            let ending = rest.take_while(|c| c.is_alphanumeric()).count();
            !is_begun && ending <= LONGEST_ENDING
        });
        assert!(!stands, "{secret} in {text}");
    }
}

#[test]
fn the_readme_lists_every_variable() {
    testkit::assert_variables(include_str!("../README.md"), service);
}
