//! Links that show a persona, or a comparison, to whoever has one: masked, for thirty days, until they are
//! revoked.

use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderName, REFERRER_POLICY,
};
use axum::response::IntoResponse;
use chrono::{DateTime, Duration, Utc};
use platform::http::{Json, Path, Problem};
use platform::limit::{Change, ClientAddress, Poll};
use platform::{Editor, Error, Result, Viewer, Within, secret};
use records::persona::OfPersona;
use serde::{Deserialize, Serialize};
use shared::id::{AccountId, PersonaId, ShareLinkId};
use utoipa::ToSchema;

use crate::compare::{MOST_OTHERS, measured};
use crate::likeness::SAMPLE;
use crate::{AppState, page, store};

/// How long a link shows something.
const LIFE: Duration = Duration::days(30);
/// Links of one persona that are alive: who wants more revokes one.
const MOST_ALIVE: usize = 20;

/// What a link is to show.
#[derive(Deserialize, ToSchema)]
#[schema(as = CreateShareLink)]
pub(crate) struct CreateLink {
    /// Up to two others of the same project, to show them beside each other.
    #[serde(default)]
    persona_ids: Vec<PersonaId>,
}

/// A link, without its token.
#[derive(Serialize, ToSchema)]
#[schema(as = ShareLink)]
pub(crate) struct LinkView {
    id: ShareLinkId,
    persona_ids: Vec<PersonaId>,
    created_by: AccountId,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    /// How often its page was shown.
    views: i64,
    last_viewed_at: Option<DateTime<Utc>>,
}

/// A new link.
#[derive(Serialize, ToSchema)]
#[schema(as = ShareLinkCreated)]
pub(crate) struct Created {
    #[serde(flatten)]
    link: LinkView,
    /// The page, from the address of this API. It is told once: nobody can read it again.
    path: String,
}

#[derive(Deserialize)]
pub(crate) struct LinkPath {
    share_id: ShareLinkId,
}

/// What a link is opened with.
#[derive(Deserialize)]
pub(crate) struct TokenPath {
    token: String,
}

impl From<store::Link> for LinkView {
    fn from(row: store::Link) -> Self {
        let ids = std::iter::once(row.persona_id).chain(row.others);
        Self {
            id: row.id.into(),
            persona_ids: ids.map(PersonaId).collect(),
            created_by: row.created_by.into(),
            created_at: row.created_at,
            expires_at: row.expires_at,
            revoked_at: row.revoked_at,
            views: row.views,
            last_viewed_at: row.last_viewed_at,
        }
    }
}

/// Makes a link that shows this persona, or it beside up to two others, for thirty days to whoever has it: with
/// initials, a band of age and a region in the place of name, age and town.
#[utoipa::path(post, path = "/api/v1/personas/{persona_id}/shares", tag = "personas",
    params(("persona_id" = PersonaId, Path)), request_body = CreateLink,
    security(("bearer" = [])),
    responses((status = 201, body = Created), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn create(
    State(state): State<AppState>,
    _: Within<Change>,
    persona: OfPersona<Editor>,
    Json(request): Json<CreateLink>,
) -> Result<(StatusCode, Json<Created>)> {
    let others = request.persona_ids;
    if others.len() > MOST_OTHERS {
        return Err(Error::invalid("persona_ids", "must have at most 2 personas"));
    }
    let alive = store::links(&state.base.pool, persona.access.least(), persona.id).await?;
    let now = state.base.clock.now();
    let is_alive = |link: &&store::Link| link.revoked_at.is_none() && link.expires_at > now;
    if alive.iter().filter(is_alive).count() >= MOST_ALIVE {
        let refused = "This persona has 20 links that are alive: revoke one first";
        return Err(shared::Error::Conflict(refused.to_owned()).into());
    }
    let all: Vec<PersonaId> = std::iter::once(persona.id).chain(others.clone()).collect();
    store::several(&state.base.pool, persona.access.least(), &all).await?;
    let token = secret::random_token();
    let hash = secret::sha256(token.as_bytes());
    let until = now + LIFE;
    let link = store::insert_link(&state, &persona, (&others, &hash), (now, until)).await?;
    let created = Created { link: link.into(), path: format!("/share/{token}") };
    Ok((StatusCode::CREATED, Json(created)))
}

/// The links of a persona, the newest first, also those that are over.
#[utoipa::path(get, path = "/api/v1/personas/{persona_id}/shares", tag = "personas",
    params(("persona_id" = PersonaId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Vec<LinkView>), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    persona: OfPersona<Viewer>,
) -> Result<Json<Vec<LinkView>>> {
    let links = store::links(&state.base.pool, persona.access, persona.id).await?;
    Ok(Json(links.into_iter().map(LinkView::from).collect()))
}

/// Makes a link show nothing from now on.
#[utoipa::path(delete, path = "/api/v1/personas/{persona_id}/shares/{share_id}", tag = "personas",
    params(("persona_id" = PersonaId, Path), ("share_id" = ShareLinkId, Path)),
    security(("bearer" = [])),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn revoke(
    State(state): State<AppState>,
    _: Within<Change>,
    persona: OfPersona<Editor>,
    Path(path): Path<LinkPath>,
) -> Result<StatusCode> {
    store::revoke_link(&state, &persona, path.share_id, state.base.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The page of a link. Nobody signs in for it; no search engine lists it, no cache keeps it, and no other site is
/// told its address.
#[utoipa::path(get, path = "/share/{token}", tag = "personas",
    params(("token" = String, Path)),
    responses((status = 200, content_type = "text/html", body = String),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    address: ClientAddress,
    Path(path): Path<TokenPath>,
) -> Result<impl IntoResponse> {
    state.base.limiter.link(address).await?;
    let hash = secret::sha256(path.token.as_bytes());
    let seen = store::seen(&state.base.pool, &hash, state.base.clock.now()).await?;
    let measured = match seen.rows().len() {
        0 | 1 => None,
        _ => {
            let sample = store::sample_beside(&state.base.pool, &seen, SAMPLE).await?;
            Some(measured(sample, seen.rows()).await?)
        }
    };
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (HeaderName::from_static("x-robots-tag"), "noindex, nofollow, noarchive"),
        (CONTENT_SECURITY_POLICY, page::POLICY),
    ];
    Ok((headers, page::html(seen.into_rows(), measured)))
}
