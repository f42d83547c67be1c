//! Everything about one persona: what the client's drawer shows.
//!
//! An answer has two parts. What the persona is, what its segment is worth and how it comes to buy changes with the
//! versions of all three, so it is kept compressed in Redis. The audit trail changes with every view, so it is read each time, by the
//! statement that puts the view on record, and compressed behind the first part.

mod cache;
mod encoding;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use platform::http::{Path, Problem};
use platform::limit::Heavy;
use platform::{Access, Caller, Error, Result, Viewer, Within};
use records::journey::{self, StoredJourney};
use records::kpi;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use shared::id::{AccountId, PersonaId};
use shared::insight::journey::Writing;
use shared::insight::{JourneySummary, NeedsAndPains};
use shared::kpi::{Holder, Snapshot};
use shared::prompt::JOURNEY_VERSION;
use sqlx::types::Json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::AppState;
use crate::deletion::may_delete;
use crate::grounding::enriched;
use crate::persona::{BigFive, Hofstede, Portrait};
use crate::store::{self, Edition, PersonaRow, Viewed};
use crate::subject::needs_of;
use encoding::{Encoding, Packed};

/// A persona with its audit trail.
#[derive(Serialize, ToSchema)]
pub(crate) struct Details {
    #[serde(flatten)]
    about: About,
    /// The 20 newest lines, this view among them.
    audit_log: Vec<AuditLine>,
    /// Whether the caller may delete it: admins any, editors those that they had made.
    may_delete: bool,
}

/// What its version says about a persona.
#[derive(Serialize, ToSchema)]
struct About {
    #[serde(flatten)]
    portrait: Portrait,
    big_five: BigFive,
    hofstede: Hofstede,
    /// From the needs of its segment; hypotheses until its people have said something.
    needs_and_pains: NeedsAndPains,
    /// What its segment is worth, as it was computed last; null before that.
    kpi_snapshot: Option<Snapshot>,
    /// Its way to a purchase, as it was written last; null before that.
    customer_journey: Option<JourneySummary>,
    rag_context_details: Option<Value>,
    prompt_version: String,
    version: i32,
    updated_at: DateTime<Utc>,
}

/// A line of the audit trail.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditLine {
    pub(crate) id: Uuid,
    pub(crate) action: String,
    /// As it is stored: it is passed on, never looked into.
    #[schema(value_type = Option<Object>)]
    pub(crate) details: Option<Json<Box<RawValue>>>,
    pub(crate) user_id: Option<AccountId>,
    pub(crate) timestamp: DateTime<Utc>,
}

/// Which persona.
#[derive(Deserialize)]
pub(crate) struct DetailsPath {
    persona_id: PersonaId,
}

impl About {
    fn new(
        mut row: PersonaRow,
        needs_and_pains: NeedsAndPains,
        kpi_snapshot: Option<Snapshot>,
        journey: Option<StoredJourney>,
    ) -> Result<Self> {
        Ok(Self {
            kpi_snapshot,
            customer_journey: journey.map(summary),
            big_five: BigFive::of(&row.card),
            hofstede: Hofstede::of(&row.card),
            needs_and_pains,
            rag_context_details: enriched(&row)?,
            prompt_version: std::mem::take(&mut row.prompt_version),
            version: row.version,
            updated_at: row.updated_at,
            portrait: row.into(),
        })
    }
}

/// Everything about a persona. No language model is asked; `force_refresh` is accepted and has
/// nothing to refresh. `ETag` names its version: with `If-None-Match` the answer is 304 while nothing
/// but views has happened to it.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}/details", tag = "personas",
    params(("persona_id" = PersonaId, Path), ("force_refresh" = Option<bool>, Query),
        ("if-none-match" = Option<String>, Header)),
    security(("bearer" = [])),
    responses((status = 200, body = Details), (status = 304), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn details(
    State(state): State<AppState>,
    _: Within<Heavy>,
    caller: Caller,
    Path(path): Path<DetailsPath>,
    headers: HeaderMap,
) -> Result<Response> {
    let viewed = store::view_details(&state, &caller, path.persona_id).await?;
    let tag = tag(&viewed);
    if encoding::is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, caching(&tag)).into_response());
    }
    let about = match cache::find(state.base.cache.as_ref(), &viewed).await {
        Some(about) => about,
        None => afresh(&state, &viewed).await?,
    };
    let mut rest = Vec::with_capacity(4_096);
    serde_json::to_writer(&mut rest, &viewed.trail)
        .map_err(|error| Error::Internal(error.into()))?;
    let may = may_delete(viewed.access, viewed.created_by);
    rest.extend_from_slice(format!(r#","may_delete":{may}}}"#).as_bytes());
    let encoding = Encoding::accepted(&headers);
    let body = encoding.join(&about, &rest)?;
    let mut response = (caching(&tag), body).into_response();
    let fields = response.headers_mut();
    fields.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Some(name) = encoding.name() {
        fields.insert(CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    Ok(response)
}

/// The first part from its rows: an object that lacks its last field's value.
async fn afresh(state: &AppState, viewed: &Viewed) -> Result<Packed> {
    let row = store::get(&state.base.pool, viewed.access, viewed.persona_id).await?;
    // Of many who look at once one makes it: whoever waited for a connection finds it kept.
    if let Some(about) = cache::find(state.base.cache.as_ref(), viewed).await {
        return Ok(about);
    }
    let (needs, _) = needs_of(state, viewed.access.into(), &row).await?;
    let snapshot = worth(state, viewed.access, &row).await?;
    let journey = journey::find(&state.base.pool, viewed.access.into(), row.id).await?;
    let edition = Edition {
        persona: row.version,
        metrics: snapshot.as_ref().map_or(0, Snapshot::version),
        journey: journey.as_ref().map_or(0, StoredJourney::edition),
    };
    let about = serde_json::to_vec(&About::new(row, needs, snapshot, journey)?);
    let mut about = about.map_err(|error| Error::Internal(error.into()))?;
    about.pop();
    about.extend_from_slice(br#","audit_log":"#);
    let packed = Packed::of(&about)?;
    cache::keep(state.base.cache.as_ref(), viewed.persona_id, edition, &packed).await;
    Ok(packed)
}

/// What its segment is worth, where that was computed.
async fn worth(
    state: &AppState,
    access: Access<Viewer>,
    row: &PersonaRow,
) -> Result<Option<Snapshot>> {
    let holder = Holder {
        persona_id: row.id,
        project_id: access.project_id(),
        population_id: row.population_id,
        segment: row.segment(),
        language: row.language,
    };
    let (population, segment) = (holder.population_id, holder.segment);
    let computed = kpi::find(&state.base.pool, access.into(), population, segment).await?;
    Ok(computed.map(|computed| Snapshot::new(holder, computed)))
}

/// The journey in the client's names.
fn summary(stored: StoredJourney) -> JourneySummary {
    let writing = Writing {
        at: stored.created_at,
        by: stored.written_by,
        is_simulated: stored.is_simulated,
        is_ranked: stored.prompt_version == JOURNEY_VERSION,
    };
    JourneySummary::new(stored.journey.0, writing)
}

/// Weak, because the trail is left out but for its newest line that is no view: a deletion, a share or
/// an export shows, and looking again does not. It tells the role as well, which says what may be done.
fn tag(viewed: &Viewed) -> HeaderValue {
    let change = viewed.trail.iter().find(|line| line.action != "view");
    let change = change.map(|line| line.id.simple().to_string()).unwrap_or_default();
    let role = viewed.access.role();
    let tag = format!("W/\"{}.{change}.{role}\"", viewed.edition);
    HeaderValue::try_from(tag).expect("a number and a UUID are ASCII")
}

/// The browser keeps the answer and asks each time whether it still holds: that is a view as well.
fn caching(tag: &HeaderValue) -> HeaderMap {
    HeaderMap::from_iter([
        (ETAG, tag.clone()),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (VARY, HeaderValue::from_static("accept-encoding, authorization")),
    ])
}
