//! People of a project, as if they had been written up.

use population::{ENGINE_VERSION, Plan, Population};
use serde_json::json;
use shared::id::{PersonaId, ProjectId};
use shared::persona::Segment;
use shared::{Language, Seed};
use sqlx::types::Json;
use uuid::Uuid;

use crate::{TestApp, User};

impl TestApp {
    /// Puts so many people of a population with seed 7 into a project, in the project's language.
    pub async fn people(&self, project: ProjectId, maker: &User, people: u32) -> Vec<PersonaId> {
        let (pool, now) = (&self.parts.pool, self.parts.clock.now());
        let language: String = sqlx::query_scalar("select language from projects where id = $1")
            .bind(project.0)
            .fetch_one(pool)
            .await
            .unwrap();
        let population: Uuid = self.parts.ids.next();
        sqlx::query(
            "insert into populations (id, project_id, seed, plan, plan_hash, engine_version, \
             language, next_index, created_at) values ($1, $2, 7, $6, $7, $8, $3, $4, $5)",
        )
        .bind(population)
        .bind(project.0)
        .bind(&language)
        .bind(people.cast_signed())
        .bind(now)
        .bind(Json(Plan::everyone()))
        .bind([0_u8; 32])
        .bind(ENGINE_VERSION.cast_signed())
        .execute(pool)
        .await
        .unwrap();
        let cards = Population::new(&Plan::everyone(), Seed(7)).cards(0..people);
        let mut ids = Vec::with_capacity(cards.len());
        for card in cards {
            let id: PersonaId = self.parts.ids.next();
            sqlx::query(
                "insert into personas (id, project_id, population_id, population_index, language, \
                 card, headline, background_story, manner, segment_id, written_by, is_simulated, \
                 prompt_version, created_by, created_at, updated_at) \
                 values ($1, $2, $3, $4, $5, $6, 'Headline', 'Story', $7, $8, 'offline', true, \
                 'persona.v1', $9, $10, $10)",
            )
            .bind(id.0)
            .bind(project.0)
            .bind(population)
            .bind(card.index.cast_signed())
            .bind(Language::parse(&language).unwrap_or_default().as_str())
            .bind(Json(&card))
            .bind(Json(json!({ "communication_style": "calm", "decision_making_style": "slow",
                "typical_concerns": ["time"] })))
            .bind(Segment::of(&card).id())
            .bind(maker.id.0)
            .bind(now)
            .execute(pool)
            .await
            .unwrap();
            ids.push(id);
        }
        ids
    }
}
