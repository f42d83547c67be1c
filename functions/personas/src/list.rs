//! The personas of a project.

use axum::extract::State;
use platform::http::{Paged, Problem, Query};
use platform::limit::Poll;
use platform::{Access, Result, Viewer, Within};
use population::axis::{OLDEST, YOUNGEST};
use population::is_region;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use shared::id::{PersonaId, ProjectId};
use shared::persona::Segment;
use shared::persona::card::{Activity, Education, Gender, OccupationGroup, Place};
use shared::text::composed;
use shared::{Checks, FieldError};
use utoipa::IntoParams;

use crate::AppState;
use crate::persona::PersonaView;
use crate::status::Status;
use crate::store::{self, Filter};

/// The client sends no limit and means everybody; its older limit was 100.
const MOST: i64 = 1_000;
/// The longest name that is looked for: chosen by hand.
const WORDS: std::ops::RangeInclusive<usize> = 1..=100;

/// Whom of the people, and which part of the list.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Page {
    /// What the name, occupation, town, region or headline contains, in capitals or not: 1 to 100 characters.
    q: Option<String>,
    /// Only those of this segment.
    segment_id: Option<String>,
    /// Only those that stand so.
    #[param(inline)]
    status: Option<Status>,
    #[param(inline)]
    gender: Option<Gender>,
    /// Years, 18 to 95.
    age_min: Option<i32>,
    /// Years, 18 to 95.
    age_max: Option<i32>,
    /// A voivodeship (`mazowieckie`), or a state of the international tables (`NY`).
    region: Option<String>,
    #[param(inline)]
    place: Option<Place>,
    #[param(inline)]
    education: Option<Education>,
    #[param(inline)]
    activity: Option<Activity>,
    #[param(inline)]
    occupation_group: Option<OccupationGroup>,
    /// The last persona of the page before: `X-Next-Cursor` of its answer.
    cursor: Option<PersonaId>,
    /// How many to pass over; default 0. A cursor is better.
    skip: Option<i64>,
    /// How many to give: 1 to 1,000, which is the default.
    limit: Option<i64>,
}

impl Page {
    /// Whom it asks for, or every broken rule.
    fn filter(&self) -> Result<Filter> {
        let mut checks = Checks::default();
        checks.range("skip", self.skip, 0..=i64::from(i32::MAX));
        checks.range("limit", self.limit, 1..=MOST);
        // as names are stored: somebody else's keyboard may send a letter and its mark as two
        let words = self.q.as_deref().map(composed);
        checks.length("q", words.as_deref(), WORDS);
        let years = i32::from(YOUNGEST)..=i32::from(OLDEST);
        checks.range("age_min", self.age_min, years.clone());
        checks.range("age_max", self.age_max, years);
        let ages = (self.age_min, self.age_max);
        if ages.0.zip(ages.1).is_some_and(|(least, most)| least > most) {
            checks.keep::<()>(Err(FieldError::new("age_max", "must be at least age_min")));
        }
        let segment = self.segment_id.as_deref().map(|id| {
            Segment::parse(id)
                .ok_or_else(|| FieldError::new("segment_id", "must be a segment's id"))
        });
        let segment = checks.keep(segment.transpose()).flatten();
        if self.region.as_deref().is_some_and(|name| !is_region(name)) {
            let rule = "must be a voivodeship, or a state of the international tables";
            checks.keep::<()>(Err(FieldError::new("region", rule)));
        }
        checks.done()?;
        let words = words.map(|words| words.trim().to_owned());
        Ok(Filter { card: self.card(), ages, segment, status: self.status, words })
    }

    /// The part of a card that everybody who is asked for has.
    fn card(&self) -> Option<Value> {
        let fields = [
            ("gender", self.gender.map(Gender::as_str)),
            ("region", self.region.as_deref()),
            ("place", self.place.map(Place::as_str)),
            ("education", self.education.map(Education::as_str)),
            ("activity", self.activity.map(Activity::as_str)),
            ("occupation_group", self.occupation_group.map(OccupationGroup::as_str)),
        ];
        let given =
            fields.into_iter().filter_map(|(field, word)| Some((field.into(), json!(word?))));
        let card: Map<String, Value> = given.collect();
        (!card.is_empty()).then_some(Value::Object(card))
    }
}

/// The living personas of a project in the order in which they became visible, so that pages skip nobody while
/// people are written; with filters those whom all of them leave. `X-Total-Count` says how many there are,
/// `X-Next-Cursor` where the next page begins.
#[utoipa::path(get, path = "/api/v1/projects/{project_id}/personas", tag = "personas",
    params(("project_id" = ProjectId, Path), Page), security(("bearer" = [])),
    responses((status = 200, body = Vec<PersonaView>), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Query(page): Query<Page>,
) -> Result<Paged<PersonaView>> {
    let filter = page.filter()?;
    let (skip, limit) = (page.skip.unwrap_or(0), page.limit.unwrap_or(MOST));
    let pool = &state.base.pool;
    let rows = store::list(pool, access, &filter, page.cursor, (skip, limit)).await?;
    let total = store::count(pool, access, &filter).await?;
    Ok(Paged::of(rows, total, limit, |last| last.id.to_string()).map(PersonaView::from))
}
