//! What goes with every file and cannot be left out: what it is, who wrote it, what was done to it, and what it
//! cannot tell.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::Language;
use shared::id::ProjectId;
use utoipa::ToSchema;

/// A model that wrote some of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = DisclosedWriter)]
pub(crate) struct Writer {
    pub(crate) model: String,
    /// True for the offline simulator.
    pub(crate) is_simulated: bool,
    pub(crate) prompt_version: String,
    /// How many texts, answers or turns.
    pub(crate) texts: i64,
}

/// What a file is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Disclosure {
    /// True: no line of it is of a real person, unless a line says that people were asked.
    pub(crate) is_synthetic: bool,
    pub(crate) statement: String,
    pub(crate) project_id: ProjectId,
    pub(crate) project_name: String,
    pub(crate) exported_at: DateTime<Utc>,
    /// Whether names, towns, ages and addresses were taken out.
    pub(crate) is_masked: bool,
    pub(crate) models: Vec<Writer>,
    /// Of the populations that the people belong to.
    pub(crate) seeds: Vec<i64>,
    /// What the populations are drawn from.
    pub(crate) sources: Vec<String>,
    /// What was done to what is in it.
    pub(crate) treatment: Vec<String>,
    /// What it cannot tell.
    pub(crate) limits: Vec<String>,
}

/// What a disclosure is made of.
pub(crate) struct About {
    pub(crate) project_id: ProjectId,
    pub(crate) project_name: String,
    pub(crate) language: Language,
    pub(crate) models: Vec<Writer>,
    pub(crate) seeds: Vec<i64>,
}

impl Disclosure {
    pub(crate) fn new(about: About, is_masked: bool, exported_at: DateTime<Utc>) -> Self {
        let language = about.language;
        let say = |english: &str, polish: &str| language.pick(english, polish).to_owned();
        let masked = is_masked.then(|| {
            say(
                "Names are initials, ages are bands, towns and e-mail addresses are taken out; words that look \
                 like them may be gone as well.",
                "Zamiast nazwisk są inicjały, zamiast wieku przedziały, miejscowości i adresy e-mail usunięto; \
                 mogły zniknąć także słowa do nich podobne.",
            )
        });
        let formula = say(
            "In CSV a cell that a spreadsheet would take for a formula has an apostrophe in front.",
            "W CSV komórka, którą arkusz wziąłby za formułę, ma na początku apostrof.",
        );
        Self {
            is_synthetic: true,
            statement: say(
                "These people are not real. Statistics drew them, and a language model or the offline simulator \
                 wrote their texts and answers.",
                "Te osoby nie istnieją. Wylosowano je ze statystyk, a ich teksty i odpowiedzi napisał model \
                 językowy albo symulator.",
            ),
            project_id: about.project_id,
            project_name: about.project_name,
            exported_at,
            is_masked,
            models: about.models,
            seeds: about.seeds,
            sources: vec![say(
                "Statistics Poland, population on 31 December 2024, and the tables and models of docs/data-sources",
                "GUS, ludność, stan na 31 grudnia 2024, oraz tablice i modele z docs/data-sources",
            )],
            treatment: masked.into_iter().chain([formula]).collect(),
            limits: vec![
                say(
                    "A good fit is about who the people are, not about what they would say.",
                    "Dobre dopasowanie mówi, kim są te osoby, a nie co by powiedziały.",
                ),
                say(
                    "Simulated text is not a sample of people and varies less than people do: decide on what \
                     real people say.",
                    "Symulowany tekst nie jest próbą ludzi i różni się mniej niż ludzie: decyduj na podstawie \
                     tego, co mówią prawdziwi ludzie.",
                ),
                say(
                    "Personas built on demographics alone reach about 74% of the consistency with which people \
                     repeat their own answers (Park et al., 2024).",
                    "Persony oparte na samej demografii osiągają około 74% zgodności, z jaką ludzie powtarzają \
                     własne odpowiedzi (Park i in., 2024).",
                ),
            ],
        }
    }
}
