//! What has happened in a project, in the one order that it happened in.

use axum::extract::State;
use chrono::{DateTime, Utc};
use platform::http::{Json, Problem, Query};
use platform::limit::Poll;
use platform::{Access, Error, Result, Viewer, Within};
use serde::{Deserialize, Serialize};
use shared::FieldError;
use shared::id::{AccountId, CommentId, ProjectId, TaskId};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::AppState;
use crate::comment::CommentView;
use crate::store::{self, CatchUp};
use crate::subject::Subject;
use crate::task::TaskView;

shared::words! {
    /// What happened.
    #[schema(as = CollaborationEventKind)]
    pub(crate) enum EventKind {
        /// Somebody wrote a comment.
        CommentCreated = "comment_created",
        /// A comment was edited, or its thread resolved or opened again.
        CommentChanged = "comment_changed",
        /// A comment was deleted.
        CommentDeleted = "comment_deleted",
        /// A task was made.
        TaskCreated = "task_created",
        /// A task was changed.
        TaskChanged = "task_changed",
        /// A task was removed.
        TaskDeleted = "task_deleted",
    }
}

/// One event. Things are shown as they stand now, so an event that comes twice does no harm.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = CollaborationEvent)]
pub(crate) struct EventView {
    /// 1, 2, 3 … in a project, without a gap.
    pub(crate) offset: i64,
    pub(crate) at: DateTime<Utc>,
    pub(crate) kind: EventKind,
    /// Who did it.
    pub(crate) actor_id: AccountId,
    pub(crate) subject: Option<Subject>,
    pub(crate) thread_id: Option<CommentId>,
    pub(crate) comment_id: Option<CommentId>,
    /// The comment as it stands; null when it is gone.
    pub(crate) comment: Option<CommentView>,
    pub(crate) task_id: Option<TaskId>,
    /// The task as it stands; null when it is gone.
    pub(crate) task: Option<TaskView>,
}

/// From where.
#[derive(Deserialize, IntoParams)]
pub(crate) struct Since {
    /// The last offset that is known. Without it nothing is told but where the events stand.
    pub(crate) since: Option<i64>,
    /// The epoch that it is of.
    pub(crate) epoch: Option<Uuid>,
}

impl Since {
    /// Both, or neither.
    ///
    /// # Errors
    /// 422 that names what is missing.
    pub(crate) fn parse(&self) -> Result<Option<(Uuid, i64)>> {
        let refused = |field, rule| {
            let errors = vec![FieldError::new(field, rule)];
            Err(Error::Malformed { location: "query", errors })
        };
        match (self.epoch, self.since) {
            (None, None) => Ok(None),
            (Some(_), Some(since)) if since < 0 => refused("since", "must be at least 0"),
            (Some(epoch), Some(since)) => Ok(Some((epoch, since))),
            (None, Some(_)) => refused("epoch", "must come with since"),
            (Some(_), None) => refused("since", "must come with epoch"),
        }
    }
}

/// What has happened since, or that everything has to be read anew.
#[derive(Serialize, ToSchema)]
#[schema(as = CollaborationEvents)]
pub(crate) struct Events {
    epoch: Uuid,
    /// Where to go on from.
    offset: i64,
    /// What is known is of another epoch or too old: read everything anew, and go on from `offset`.
    is_reset: bool,
    /// Ask again at once.
    has_more: bool,
    events: Vec<EventView>,
}

/// What the socket tells, for whoever cannot have one. At most 200 events an answer.
#[utoipa::path(get, path = "/api/v1/collaboration/projects/{project_id}/events",
    operation_id = "list_events", tag = "collaboration",
    params(("project_id" = ProjectId, Path), Since), security(("bearer" = [])),
    responses((status = 200, body = Events), (status = 404, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    _: Within<Poll>,
    access: Access<Viewer>,
    Query(since): Query<Since>,
) -> Result<Json<Events>> {
    let since = since.parse()?;
    let read = store::catch_up(&state.base.pool, store::Watched::by(access), since).await?;
    Ok(Json(match read {
        CatchUp::Reset { epoch, offset } => {
            Events { epoch, offset, is_reset: true, has_more: false, events: Vec::new() }
        }
        CatchUp::On { epoch, offset, has_more, events } => {
            let events = events.into_iter().map(|told| told.view).collect();
            Events { epoch, offset, is_reset: false, has_more, events }
        }
    }))
}
