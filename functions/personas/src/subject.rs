//! A persona as a model is asked about them: who they are, what the project is, what its documents say.

use platform::{Access, InProject, Result, Viewer};
use records::need::StoredNeeds;
use serde_json::Value;
use shared::Language;
use shared::id::PersonaId;
use shared::insight::context::relevant;
use shared::insight::{NeedsAndPains, need};
use shared::persona::Brief;
use shared::prompt::PromptPersona;

use crate::AppState;
use crate::store::{self, PersonaRow};

/// Who drafts needs before a model has: rules.
const RULES: &str = "rules";

/// A living persona with the project that it belongs to.
pub(crate) struct Subject {
    pub(crate) row: PersonaRow,
    pub(crate) brief: Brief,
}

impl Subject {
    pub(crate) async fn read(
        state: &AppState,
        access: Access<Viewer>,
        id: PersonaId,
    ) -> Result<Self> {
        let row = store::get(&state.base.pool, access, id).await?;
        let (brief, _) = records::project::brief(&state.base.pool, access.into()).await?;
        Ok(Self { row, brief })
    }

    /// The language that the persona is written in.
    pub(crate) fn language(&self) -> Language {
        self.row.language
    }

    pub(crate) fn person(&self) -> PromptPersona<'_> {
        let manner = &self.row.manner.0;
        PromptPersona {
            card: &self.row.card,
            manner: &manner.communication_style,
            concerns: &manner.typical_concerns,
        }
    }

    /// What of the passages that the persona rests on has most to do with the project. They are those of documents
    /// that the project still reads.
    pub(crate) fn context(&self, most: usize) -> String {
        let cited = self.row.rag_citations.as_ref().and_then(Value::as_array);
        let texts = cited.into_iter().flatten().filter_map(|one| one["chunk_text"].as_str());
        let texts: Vec<String> = texts.map(str::to_owned).collect();
        relevant(&texts, &self.brief.words(), self.language(), most)
    }
}

/// What a persona needs, and the stored needs of its segment where there are some: until then a rule gives
/// hypotheses. No model is asked.
pub(crate) async fn needs_of(
    state: &AppState,
    of: InProject,
    row: &PersonaRow,
) -> Result<(NeedsAndPains, Option<StoredNeeds>)> {
    let segment = row.segment();
    let stored = records::need::find(&state.base.pool, of, row.population_id, segment).await?;
    let person = (row.id, &row.card.0);
    let needs = match &stored {
        Some(stored) => {
            let made = (stored.written_by.as_str(), Some(stored.created_at));
            need::of_person(&stored.needs, person, made)
        }
        None => {
            let draft = offline::insight::needs(&[segment], &[], row.language, row.seed());
            let library =
                draft.segments.first().map(|one| need::kept(one, &[])).unwrap_or_default();
            need::of_person(&library, person, (RULES, None))
        }
    };
    Ok((needs, stored))
}
