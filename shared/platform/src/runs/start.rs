//! Starting a run: one transaction for the row and its inputs, the messages after it.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use serde_json::Value;
use shared::FieldError;
use shared::id::{AccountId, ProjectId, RunId};
use shared::run::RunKind;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{Access, Error, Ids, Level, Result, trace};

/// Two identical requests of one person within this time are a double click.
pub(super) const DOUBLE_CLICK: Duration = Duration::seconds(10);
/// Shards that one statement inserts: the text of 100 of them is a few megabytes, and the statement's
/// buffer holds it once more.
const INSERTED_TOGETHER: usize = 100;

/// What somebody is told who starts paid work, or tries it again, with an address that may be another's.
const UNVERIFIED: &str = "Verify your e-mail address first: this costs money, which only people with a verified \
    address may spend. The link is in the e-mail that came when you registered; POST /api/v1/auth/verify/send \
    sends it again";

/// A run about to start.
pub struct NewRun<'a> {
    pub kind: RunKind,
    /// In which project; none for the work of one account, such as its library's.
    pub project_id: Option<ProjectId>,
    pub subject_id: Uuid,
    pub input: Value,
    /// Its shards, each small enough for one push request.
    pub shards: Vec<NewShard>,
    pub same_as: SameAs<'a>,
    /// Whether its work asks a model or makes embeddings that cost money ([`Model::is_paid`],
    /// [`Embedder::is_paid`]).
    ///
    /// [`Model::is_paid`]: crate::model::Model::is_paid
    /// [`Embedder::is_paid`]: crate::model::Embedder::is_paid
    pub is_paid: bool,
}

/// The part of a run that one worker does at once.
pub struct NewShard {
    /// Its inputs as JSON text: as values those of 100,000 people are eight times as large.
    input: String,
    size: u32,
}

impl NewShard {
    /// A shard of so many items with this input.
    pub fn new(input: &impl Serialize, size: usize) -> Result<Self> {
        let input = serde_json::to_string(input).map_err(|error| Error::Internal(error.into()))?;
        Ok(Self { input, size: u32::try_from(size).unwrap_or(u32::MAX) })
    }

    /// How many items it has.
    pub fn size(&self) -> u32 {
        self.size
    }

    /// A shard that needs to know no more than its run.
    pub fn bare(size: u32) -> Self {
        Self { input: "{}".to_owned(), size }
    }

    /// Shards of so many items each, whose input is the list of them.
    pub fn of<T: Serialize>(items: &[T], size: usize) -> Result<Vec<Self>> {
        items.chunks(size).map(|items| Self::new(&items, items.len())).collect()
    }
}

/// How a request is recognised when it comes twice.
#[derive(Debug, Clone, Copy)]
pub struct SameAs<'a> {
    pub requested_by: AccountId,
    /// SHA-256 of what is asked, and of what it is asked of.
    pub request_hash: &'a [u8; 32],
    pub idempotency_key: Option<&'a str>,
}

/// The caller's own name for a request, which makes it one request however often it is sent.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    const HEADER: &str = "idempotency-key";

    /// The name, if they gave one.
    pub fn as_deref(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self> {
        let header = parts.headers.get(Self::HEADER).map(|key| key.to_str().unwrap_or_default());
        if header.is_some_and(|key| !(1..=255).contains(&key.trim().len())) {
            return Err(Self::refused("must have 1 to 255 characters"));
        }
        Ok(Self(header.map(str::to_owned)))
    }
}

impl IdempotencyKey {
    /// The refusal of a key that names another request. It does not say which.
    pub fn is_taken() -> Error {
        Self::refused("names another request already: each request needs a key of its own")
    }

    fn refused(rule: &str) -> Error {
        let errors = vec![FieldError::new(Self::HEADER, rule)];
        Error::Malformed { location: "header", errors }
    }
}

/// Lets one start at a time into a project, and none into a deleted one. The lock is a statement of its own, before
/// anything is read, because a statement that waits for a lock sees what it joins as it was before. Work that only
/// refers to the project goes on: its other runs call models.
///
/// Locks are always taken in one order: the project, then the population, survey or focus group, then the run and
/// its shards; of several runs the one with the smallest id first.
///
/// # Errors
/// `Project not found`, or when the database fails.
pub async fn lock_project<L: Level>(
    connection: &mut PgConnection,
    access: Access<L>,
) -> Result<()> {
    let locked = sqlx::query!(
        "select id from projects where id = $1 and deleted_at is null for no key update",
        access.project_id().0,
    );
    locked.fetch_optional(connection).await?.ok_or(shared::Error::NotFound("Project"))?;
    Ok(())
}

/// The run that an identical request started. Without a key it is found by its content, while it is at work or within
/// the time of a double click. A key names one request of a project for ever. The same key with another body, subject,
/// kind of work or person is refused: nobody learns which request it was, or gets somebody else's run.
///
/// # Errors
/// 422 for a key that names another request, or when the database fails.
pub async fn find_same(
    connection: &mut PgConnection,
    project: impl Into<Option<ProjectId>>,
    kind: RunKind,
    same: SameAs<'_>,
    now: DateTime<Utc>,
) -> Result<Option<RunId>> {
    let project = project.into();
    if let Some(key) = same.idempotency_key {
        return find_named(connection, project, kind, key, same).await;
    }
    let id = sqlx::query_scalar!(
        r#"
        select id
        from runs
        where project_id is not distinct from $1::uuid
            and kind = $2
            and requested_by = $3
            and request_hash = $4
            and idempotency_key is null
            and (status in ('queued', 'running') or created_at > $5)
        order by created_at desc
        limit 1
        "#,
        project.map(|id| id.0),
        kind.as_str(),
        same.requested_by.0,
        same.request_hash.as_slice(),
        now - DOUBLE_CLICK,
    )
    .fetch_optional(connection)
    .await?;
    Ok(id.map(RunId))
}

/// The run that this key names, in the project, or among those of the person's own account.
async fn find_named(
    connection: &mut PgConnection,
    project: Option<ProjectId>,
    kind: RunKind,
    key: &str,
    same: SameAs<'_>,
) -> Result<Option<RunId>> {
    let named = sqlx::query!(
        r#"
        select id, kind = $3 and requested_by = $4 and request_hash = $5 as "is_same!"
        from runs
        where project_id is not distinct from $1::uuid
            and (project_id is not null or requested_by = $4)
            and idempotency_key = $2
        -- before keys were held against the request, one could name a run of each kind
        order by 2 desc
        limit 1
        "#,
        project.map(|id| id.0),
        key,
        kind.as_str(),
        same.requested_by.0,
        same.request_hash.as_slice(),
    )
    .fetch_optional(connection)
    .await?;
    match named {
        Some(named) if !named.is_same => Err(IdempotencyKey::is_taken()),
        named => Ok(named.map(|named| RunId(named.id))),
    }
}

/// Inserts a run with its shards and their inputs.
///
/// # Errors
/// 403 when its work costs money and the address of whoever asks is not verified; when the database fails.
pub async fn insert(
    connection: &mut PgConnection,
    ids: &Ids,
    run: NewRun<'_>,
    now: DateTime<Utc>,
) -> Result<RunId> {
    if run.is_paid {
        check_verified(connection, run.same_as.requested_by).await?;
    }
    let id: RunId = ids.next();
    let total: u32 = run.shards.iter().map(|shard| shard.size).sum();
    sqlx::query!(
        r#"
        insert into runs
            (id, kind, project_id, subject_id, input, total, idempotency_key, request_hash,
             requested_by, created_at, is_paid, trace)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        "#,
        id.0,
        run.kind.as_str(),
        run.project_id.map(|id| id.0),
        run.subject_id,
        run.input,
        total.cast_signed(),
        run.same_as.idempotency_key,
        run.same_as.request_hash.as_slice(),
        run.same_as.requested_by.0,
        now,
        run.is_paid,
        trace::current(),
    )
    .execute(&mut *connection)
    .await?;
    let mut first = 0;
    for shards in run.shards.chunks(INSERTED_TOGETHER) {
        let sizes: Vec<i32> = shards.iter().map(|shard| shard.size.cast_signed()).collect();
        let inputs: Vec<&str> = shards.iter().map(|shard| shard.input.as_str()).collect();
        sqlx::query!(
            r#"
            insert into run_shards (run_id, shard, input, size)
            select $1, $2::int + (ordinality - 1)::int, input::jsonb, size
            from unnest($3::text[], $4::int[]) with ordinality as t (input, size, ordinality)
            "#,
            id.0,
            first,
            &inputs as _,
            &sizes,
        )
        .execute(&mut *connection)
        .await?;
        first += i32::try_from(shards.len()).unwrap_or(i32::MAX);
    }
    Ok(id)
}

/// Refuses paid work to an account whose address is not proved to be its own. A call of a model is refused as well
/// (`model/budget/reserve.sql`); here it is said before anything has begun.
///
/// # Errors
/// 403 when their address is not verified; when the database fails.
pub async fn check_verified(connection: &mut PgConnection, by: AccountId) -> Result<()> {
    let is_verified = sqlx::query_scalar!("select is_verified from accounts where id = $1", by.0);
    match is_verified.fetch_optional(connection).await? {
        Some(true) => Ok(()),
        _ => Err(shared::Error::Forbidden(UNVERIFIED).into()),
    }
}

/// Lets a run begin only when another has ended, however it ends.
pub async fn wait_for(connection: &mut PgConnection, run: RunId, other: RunId) -> Result<()> {
    sqlx::query!("update runs set waits_for = $2 where id = $1", run.0, other.0)
        .execute(connection)
        .await?;
    Ok(())
}
