//! Links that show personas to whoever has one.

use chrono::{DateTime, Utc};
use platform::{Access, Editor, Result, Viewer, audit};
use records::persona::OfPersona;
use serde_json::json;
use shared::Error;
use shared::id::{PersonaId, ShareLinkId};
use sqlx::PgPool;
use uuid::Uuid;

use super::read::{PersonaRow, Sampled, rows_of, sample_of};
use crate::AppState;

/// A link, without its token.
pub(crate) struct Link {
    pub(crate) id: Uuid,
    pub(crate) persona_id: Uuid,
    pub(crate) others: Vec<Uuid>,
    pub(crate) created_by: Uuid,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) expires_at: DateTime<Utc>,
    pub(crate) revoked_at: Option<DateTime<Utc>>,
    pub(crate) views: i64,
    pub(crate) last_viewed_at: Option<DateTime<Utc>>,
}

/// Stores a link by the hash of its token.
pub(crate) async fn insert_link(
    state: &AppState,
    persona: &OfPersona<Editor>,
    (others, hash): (&[PersonaId], &[u8; 32]),
    (now, until): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Link> {
    let others: Vec<Uuid> = others.iter().map(|id| id.0).collect();
    let mut transaction = state.base.pool.begin().await?;
    let link = sqlx::query_as!(
        Link,
        r#"
        insert into share_links
            (id, project_id, persona_id, others, token_hash, created_by, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning id, persona_id, others, created_by, created_at, expires_at, revoked_at, views,
            last_viewed_at
        "#,
        state.base.ids.next::<ShareLinkId>().0,
        persona.access.project_id().0,
        persona.id.0,
        &others,
        hash.as_slice(),
        persona.access.account_id().0,
        now,
        until,
    )
    .fetch_one(&mut *transaction)
    .await?;
    let details = json!({ "share_id": link.id, "expires_at": until, "personas": others.len() + 1 });
    audit::record(&mut *transaction, &state.base.ids, now, &persona.entry("share", details))
        .await?;
    transaction.commit().await?;
    Ok(link)
}

/// The links of a persona, the newest first.
pub(crate) async fn links(
    pool: &PgPool,
    access: Access<Viewer>,
    persona: PersonaId,
) -> Result<Vec<Link>> {
    let links = sqlx::query_as!(
        Link,
        r#"
        select id, persona_id, others, created_by, created_at, expires_at, revoked_at, views,
            last_viewed_at
        from share_links
        where project_id = $1 and persona_id = $2
        order by created_at desc, id desc
        "#,
        access.project_id().0,
        persona.0,
    );
    Ok(links.fetch_all(pool).await?)
}

/// Ends a link of this persona; one that has ended stays as it is.
pub(crate) async fn revoke_link(
    state: &AppState,
    persona: &OfPersona<Editor>,
    link: ShareLinkId,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    let revoked = sqlx::query_scalar!(
        r#"
        update share_links
        set revoked_at = coalesce(revoked_at, $4)
        where project_id = $1 and persona_id = $2 and id = $3
        returning id
        "#,
        persona.access.project_id().0,
        persona.id.0,
        link.0,
        now,
    );
    revoked.fetch_optional(&mut *transaction).await?.ok_or(Error::NotFound("Link"))?;
    let details = json!({ "share_id": link, "is_revoked": true });
    audit::record(&mut *transaction, &state.base.ids, now, &persona.entry("share", details))
        .await?;
    transaction.commit().await?;
    Ok(())
}

/// Whom a link shows. Only [`seen`] makes it, so that nobody else's population is read by it.
pub(crate) struct Seen {
    project: Uuid,
    rows: Vec<PersonaRow>,
}

impl Seen {
    /// The people.
    pub(crate) fn rows(&self) -> &[PersonaRow] {
        &self.rows
    }

    /// The same, for good.
    pub(crate) fn into_rows(self) -> Vec<PersonaRow> {
        self.rows
    }
}

/// What the people of a link are measured by: the first living ones of the population of the first.
pub(crate) async fn sample_beside(pool: &PgPool, seen: &Seen, limit: i64) -> Result<Vec<Sampled>> {
    let first = seen.rows.first().ok_or(Error::NotFound("Page"))?;
    sample_of(pool, seen.project, first.population_id.0, limit).await
}

/// Whom a link shows. Its view is counted by the statement that finds it. A link whose persona or project was
/// deleted shows nothing, and neither does one whose maker is in the project no more.
pub(crate) async fn seen(pool: &PgPool, hash: &[u8; 32], now: DateTime<Utc>) -> Result<Seen> {
    let link = sqlx::query!(
        r#"
        update share_links l
        set views = l.views + 1, last_viewed_at = $2
        from personas p, project_roles r
        where l.token_hash = $1
            and l.revoked_at is null
            and l.expires_at > $2
            and p.id = l.persona_id
            and p.deleted_at is null
            and r.project_id = l.project_id
            and r.account_id = l.created_by
        returning l.project_id, l.persona_id, l.others
        "#,
        hash.as_slice(),
        now,
    );
    let link = link.fetch_optional(pool).await?.ok_or(Error::NotFound("Page"))?;
    let ids: Vec<Uuid> = std::iter::once(link.persona_id).chain(link.others).collect();
    let rows = rows_of(pool, link.project_id, &ids).await?;
    Ok(Seen { project: link.project_id, rows })
}
