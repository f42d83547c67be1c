//! Who is in a project now, and what they look at. It lies in Redis alone: without it nobody is known to be here.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use axum::extract::State;
use chrono::{DateTime, Duration, Utc};
use platform::cache::Cache;
use platform::http::{Json, Problem};
use platform::limit::Poll;
use platform::{Access, Result, Viewer, Within};
use serde::{Deserialize, Serialize};
use shared::id::{AccountId, ProjectId};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::AppState;
use crate::hint::Hint;
use crate::store::{self, Watched};
use crate::subject::Subject;

/// How long somebody is here who does not say so again: two of the times at which a tab does, and a bit.
const LIFE: Duration = Duration::seconds(45);
/// More people than this are not shown.
const MOST: usize = 100;

/// Who is here.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Presence {
    /// False while Redis is away: then nobody knows.
    pub(crate) is_known: bool,
    /// At most 100, by name.
    pub(crate) people: Vec<PresentPerson>,
}

/// Somebody who is here, in however many tabs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct PresentPerson {
    id: AccountId,
    name: String,
    avatar_url: Option<String>,
    /// What their tabs show.
    looks_at: Vec<Subject>,
}

/// A tab that says that it is there.
#[derive(Deserialize, ToSchema)]
pub(crate) struct KeepPresence {
    /// Any UUID that the tab keeps.
    tab: Uuid,
    looks_at: Option<Subject>,
}

/// What is stored of a tab.
#[derive(Serialize, Deserialize)]
struct Tab {
    /// Milliseconds since 1970.
    until: i64,
    looks_at: Option<Subject>,
}

fn key(project: ProjectId) -> String {
    format!("sight:present:{project}")
}

/// Says that a tab is here, and what it shows.
pub(crate) async fn note(
    cache: Option<&Cache>,
    access: Access<Viewer>,
    tab: Uuid,
    looks_at: Option<Subject>,
    now: DateTime<Utc>,
) {
    let Some(cache) = cache else { return };
    let until = (now + LIFE).timestamp_millis();
    let stored = Tab { until, looks_at };
    let Ok(stored) = serde_json::to_string(&stored) else { return };
    let mut redis = cache.connection();
    let mut call = redis::pipe();
    let key = key(access.project_id());
    call.hset(&key, field(access.account_id(), tab), stored).ignore();
    call.pexpire(&key, LIFE.num_milliseconds()).ignore();
    let _: Option<()> = cache.ask(call.query_async(&mut redis)).await;
}

/// Says that a tab is here no more.
pub(crate) async fn forget(cache: Option<&Cache>, access: Access<Viewer>, tab: Uuid) {
    let Some(cache) = cache else { return };
    let mut redis = cache.connection();
    let mut call = redis::cmd("HDEL");
    call.arg(key(access.project_id())).arg(field(access.account_id(), tab));
    let _: Option<i64> = cache.ask(call.query_async(&mut redis)).await;
}

fn field(account: AccountId, tab: Uuid) -> String {
    format!("{account}:{tab}")
}

/// Who is in each of these projects, in their order.
pub(crate) async fn read(state: &AppState, watched: &[Watched]) -> Result<Vec<Presence>> {
    let Some(tabs) = tabs(state, watched).await else {
        return Ok(watched.iter().map(|_| Presence::default()).collect());
    };
    let pairs: Vec<(Watched, AccountId)> = watched
        .iter()
        .zip(&tabs)
        .flat_map(|(watched, people)| people.keys().map(|account| (*watched, *account)))
        .collect();
    let mut names = store::names(&state.base.pool, &pairs).await?;
    let all = watched.iter().zip(tabs).map(|(watched, people)| {
        let people = people.into_iter().filter_map(|(id, looks_at)| {
            let person = names.remove(&(watched.id(), id))?;
            let looks_at = looks_at.into_iter().collect();
            Some(PresentPerson { id, name: person.name, avatar_url: person.avatar_url, looks_at })
        });
        let mut people: Vec<PresentPerson> = people.collect();
        people.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        people.truncate(MOST);
        Presence { is_known: true, people }
    });
    Ok(all.collect())
}

/// What the people in each project look at.
type ByPerson = BTreeMap<AccountId, BTreeSet<Subject>>;

/// The tabs that are alive; none while Redis is away. Those that are over are taken out.
async fn tabs(state: &AppState, watched: &[Watched]) -> Option<Vec<ByPerson>> {
    let cache = state.base.cache.as_ref()?;
    let now = state.base.clock.now().timestamp_millis();
    if watched.is_empty() {
        // Redis takes no pipeline of nothing, and would be left alone for it.
        return Some(Vec::new());
    }
    let mut redis = cache.connection();
    let mut call = redis::pipe();
    for watched in watched {
        call.hgetall(key(watched.id()));
    }
    let found = call.query_async::<Vec<HashMap<String, String>>>(&mut redis);
    let found = cache.ask(found).await?;
    let (mut all, mut over) = (Vec::new(), redis::pipe());
    for (watched, tabs) in watched.iter().zip(found) {
        let mut people = ByPerson::new();
        for (field, stored) in tabs {
            match living(&field, &stored, now) {
                Some((account, looks_at)) => people.entry(account).or_default().extend(looks_at),
                None => drop(over.hdel(key(watched.id()), field).ignore()),
            }
        }
        all.push(people);
    }
    if !over.is_empty() {
        let _: Option<()> = cache.ask(over.query_async(&mut redis)).await;
    }
    Some(all)
}

/// A tab's person and what it shows; none of one that is over, or that nobody of ours has written.
fn living(field: &str, stored: &str, now: i64) -> Option<(AccountId, Option<Subject>)> {
    let (account, _) = field.split_once(':')?;
    let tab: Tab = serde_json::from_str(stored).ok()?;
    (tab.until > now).then_some((AccountId(account.parse().ok()?), tab.looks_at))
}

/// Who is in a project now.
#[utoipa::path(get, path = "/api/v1/collaboration/projects/{project_id}/presence",
    operation_id = "show_presence", tag = "collaboration",
    params(("project_id" = ProjectId, Path)), security(("bearer" = [])),
    responses((status = 200, body = Presence), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
) -> Result<Json<Presence>> {
    here(&state, access).await
}

async fn here(state: &AppState, access: Access<Viewer>) -> Result<Json<Presence>> {
    let all = read(state, &[Watched::by(access)]).await?;
    Ok(Json(all.into_iter().next().unwrap_or_default()))
}

/// Says that the caller is in a project, for 45 seconds, where there is no socket that does; and who else is.
#[utoipa::path(put, path = "/api/v1/collaboration/projects/{project_id}/presence",
    operation_id = "keep_presence", tag = "collaboration",
    params(("project_id" = ProjectId, Path)), request_body = KeepPresence,
    security(("bearer" = [])),
    responses((status = 200, body = Presence), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn keep(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Json(request): Json<KeepPresence>,
) -> Result<Json<Presence>> {
    let now = state.base.clock.now();
    note(state.base.cache.as_ref(), access, request.tab, request.looks_at, now).await;
    state.hub.tell(Hint::Presence(access.project_id())).await;
    here(&state, access).await
}
