//! Changing what is written about a persona. What was drawn stays as it is: numbers and labels belong to the
//! population, and a person who was changed by hand would fit it no more.

use axum::extract::State;
use platform::http::{Json, Problem};
use platform::limit::Change;
use platform::{Editor, Result, Within};
use records::persona::OfPersona;
use serde::Deserialize;
use shared::id::PersonaId;
use shared::insight::clean;
use shared::persona::PersonaText;
use shared::persona::check::Violation;
use shared::{Checks, Error, FieldError};
use utoipa::ToSchema;

use crate::persona::PersonaView;
use crate::{AppState, store};

/// The most characters of a story: some 1,500 words.
const LONGEST_STORY: usize = 10_000;
/// The most characters of a manner, or of one worry.
const LONGEST_LINE: usize = 300;

/// What is to be changed; what is missing or null stays as it is.
#[derive(Deserialize, ToSchema)]
pub(crate) struct EditPersona {
    /// One sentence with the age, at most 200 characters.
    headline: Option<String>,
    /// Three to five paragraphs with a blank line between them.
    background_story: Option<String>,
    /// At most 300 characters.
    communication_style: Option<String>,
    /// At most 300 characters.
    decision_making_style: Option<String>,
    /// Three to five, at most 300 characters each.
    typical_concerns: Option<Vec<String>>,
    /// The `version` of the details that was looked at. Where somebody has changed the persona since, nothing is
    /// changed: 409.
    version: Option<i32>,
}

impl EditPersona {
    fn check(&self) -> Result<()> {
        let mut checks = Checks::default();
        let lines = [
            ("headline", &self.headline, 200),
            ("background_story", &self.background_story, LONGEST_STORY),
            ("communication_style", &self.communication_style, LONGEST_LINE),
            ("decision_making_style", &self.decision_making_style, LONGEST_LINE),
        ];
        for (field, text, most) in lines {
            checks.length(field, text.as_deref(), 1..=most);
        }
        for (number, concern) in self.typical_concerns.iter().flatten().enumerate() {
            checks.length(&format!("typical_concerns.{number}"), Some(concern), 1..=LONGEST_LINE);
        }
        if self.typical_concerns.as_ref().is_some_and(|list| !(3..=5).contains(&list.len())) {
            let rule = "must have 3 to 5 entries";
            checks.keep::<()>(Err(FieldError::new("typical_concerns", rule)));
        }
        if self.fields().is_empty() {
            let rule = "must be there, or another field that is to be changed";
            checks.keep::<()>(Err(FieldError::new("headline", rule)));
        }
        Ok(checks.done()?)
    }

    /// The names of the fields that are to be changed.
    pub(crate) fn fields(&self) -> Vec<&'static str> {
        let fields = [
            ("headline", self.headline.is_some()),
            ("background_story", self.background_story.is_some()),
            ("communication_style", self.communication_style.is_some()),
            ("decision_making_style", self.decision_making_style.is_some()),
            ("typical_concerns", self.typical_concerns.is_some()),
        ];
        fields.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name).collect()
    }

    /// The version that was looked at.
    pub(crate) fn version(&self) -> Option<i32> {
        self.version
    }

    /// The text with these changes.
    pub(crate) fn apply(&self, before: &PersonaText) -> PersonaText {
        let line =
            |new: &Option<String>, old: &String| new.as_deref().map_or_else(|| old.clone(), clean);
        let concerns = self.typical_concerns.as_ref();
        PersonaText {
            headline: line(&self.headline, &before.headline),
            background_story: self
                .background_story
                .as_deref()
                .map_or_else(|| before.background_story.clone(), paragraphs),
            communication_style: line(&self.communication_style, &before.communication_style),
            decision_making_style: line(&self.decision_making_style, &before.decision_making_style),
            typical_concerns: concerns.map_or_else(
                || before.typical_concerns.clone(),
                |list| list.iter().map(|concern| clean(concern)).collect(),
            ),
        }
    }
}

/// Paragraphs, each cleaned, with a blank line between them.
fn paragraphs(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let cleaned = text.split("\n\n").map(clean).filter(|paragraph| !paragraph.is_empty());
    cleaned.collect::<Vec<_>>().join("\n\n")
}

/// What a change would get wrong about the card, by field. What was so before is nobody's fault now.
pub(crate) fn refused(before: &[Violation], after: Vec<Violation>) -> Result<(), Error> {
    let new = after.into_iter().filter(|violation| !before.contains(violation));
    let errors: Vec<FieldError> =
        new.map(|violation| FieldError::new(field_of(&violation), violation.to_string())).collect();
    match errors.is_empty() {
        true => Ok(()),
        false => Err(Error::Invalid(errors)),
    }
}

fn field_of(violation: &Violation) -> String {
    match violation {
        Violation::EmptyField { field } | Violation::Markup { field, .. } => field.clone(),
        Violation::HeadlineLength { .. } | Violation::HeadlineWithoutAge { .. } => {
            "headline".to_owned()
        }
        Violation::Concerns { .. } => "typical_concerns".to_owned(),
        Violation::Length { .. }
        | Violation::Paragraphs { .. }
        | Violation::Age { .. }
        | Violation::Form { .. }
        | Violation::Place { .. }
        | Violation::PlaceMissing { .. }
        | Violation::OccupationMissing { .. }
        | Violation::Language { .. } => "background_story".to_owned(),
    }
}

/// Changes what is written about a persona. What contradicts its card (age, sex, town, occupation) is refused, as it
/// is of a model; numbers and labels cannot be changed. `edited_at` says ever after that a hand has changed it.
#[utoipa::path(patch, path = "/api/v1/personas/{persona_id}", tag = "personas",
    params(("persona_id" = PersonaId, Path)), request_body = EditPersona,
    security(("bearer" = [])),
    responses((status = 200, body = PersonaView), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn edit(
    State(state): State<AppState>,
    _: Within<Change>,
    persona: OfPersona<Editor>,
    Json(request): Json<EditPersona>,
) -> Result<Json<PersonaView>> {
    request.check()?;
    store::edit(&state, &persona, &request, state.base.clock.now()).await?;
    let row = store::get(&state.base.pool, persona.access.least(), persona.id).await?;
    Ok(Json(row.into()))
}
