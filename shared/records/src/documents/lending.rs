//! What a project reads: its own documents, the shared library, and what members lend it of theirs. Who lends
//! a library sees who reads it, so nobody reads one before that is on record.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use shared::id::{AccountId, AuditId, DocumentId, ProjectId, RunId};
use shared::knowledge::Scope;
use sqlx::PgPool;
use uuid::Uuid;

use super::Reader;
use platform::audit::Origin;
use platform::postgres::SidePool;
use platform::{Ids, InProject, Result};

/// The kind of the audit log's lines about a library; their subject is the account that lends it.
pub const LIBRARY: &str = "library";
/// The action of these lines.
pub const READ: &str = "library_read";

/// What somebody does with a project's documents.
#[derive(Debug, Clone, Copy)]
pub enum Use {
    List,
    Document(DocumentId),
    Search,
    Answer,
    /// Grounds the people of a run.
    Personas(RunId),
}

impl Use {
    fn details(self) -> Value {
        match self {
            Self::List => json!({ "how": "list" }),
            Self::Document(id) => json!({ "how": "document", "document_id": id }),
            Self::Search => json!({ "how": "search" }),
            Self::Answer => json!({ "how": "answer" }),
            Self::Personas(run) => json!({ "how": "personas", "run_id": run }),
        }
    }

    /// Whether it comes again and again, so that one line of the audit log an hour says enough: lists are polled, a
    /// document is read by pages, and a run searches for each of its segments.
    fn is_repeated(self) -> bool {
        matches!(self, Self::List | Self::Document(_) | Self::Personas(_))
    }

    /// The one document that is read. Lenders of others are not told.
    fn document(self) -> Option<Uuid> {
        match self {
            Self::Document(id) => Some(id.0),
            Self::List | Self::Search | Self::Answer | Self::Personas(_) => None,
        }
    }
}

/// The documents of a project, before it is on record who reads them.
#[derive(Debug)]
#[must_use = "nothing is read before it is on record"]
pub struct OfProject {
    project: ProjectId,
    /// Members who lend a library in which there is something.
    lenders: Vec<AccountId>,
}

/// The documents of a project: its own, the libraries that present members lend it, and the shared one.
///
/// # Errors
/// `Project not found` when it is gone.
pub async fn of_project(pool: &PgPool, of: InProject) -> Result<OfProject> {
    let project = of.id();
    let lenders = sqlx::query_scalar!(
        r#"
        select array(
            select l.account_id
            from project_libraries l
            join project_roles r on r.project_id = l.project_id and r.account_id = l.account_id
            where l.project_id = p.id
                and exists (
                    select from documents d
                    where d.owner_id = l.account_id and d.scope = 'account' and d.deleted_at is null
                )
            order by l.account_id
        ) as "lenders!"
        from projects p
        where p.id = $1 and p.deleted_at is null
        "#,
        project.0,
    )
    .fetch_optional(pool)
    .await?;
    let lenders = lenders.ok_or(shared::Error::NotFound("Project"))?;
    Ok(OfProject { project, lenders: lenders.into_iter().map(AccountId).collect() })
}

impl OfProject {
    /// The right to read them, after every other lender's audit trail says who does, where, when and how:
    /// never what was asked.
    ///
    /// # Errors
    /// When it cannot be written, and then nothing must be read.
    pub async fn read(
        self,
        side: &SidePool,
        ids: &Ids,
        now: DateTime<Utc>,
        by: AccountId,
        what: Use,
    ) -> Result<Reader> {
        let others = self.lenders.iter().filter(|lender| **lender != by);
        let others: Vec<Uuid> = others.map(|lender| lender.0).collect();
        if !others.is_empty() {
            record(&others, self.project, side, ids, now, by, what).await?;
        }
        let lent = self.lenders.into_iter().map(Scope::Account);
        let own = [Scope::Project(self.project), Scope::Shared];
        Ok(Reader { scopes: own.into_iter().chain(lent).collect() })
    }
}

/// One statement, however many lend.
async fn record(
    lenders: &[Uuid],
    project: ProjectId,
    side: &SidePool,
    ids: &Ids,
    now: DateTime<Utc>,
    by: AccountId,
    what: Use,
) -> Result<()> {
    let new: Vec<Uuid> = lenders.iter().map(|_| ids.next::<AuditId>().0).collect();
    let origin = Origin::current();
    let mut connection = side.take().await?;
    sqlx::query!(
        r#"
        insert into audit_log
            (id, at, account_id, project_id, subject_kind, subject_id, action, details, address,
             user_agent)
        select l.id, $3, $4, $5, $6, l.lender, $7, $8, $9, $10
        from unnest($1::uuid[], $2::uuid[]) as l (id, lender)
        where not ($11 and exists (
            select
            from audit_log a
            where a.subject_kind = 'library'
                and a.subject_id = l.lender
                and a.at > $3::timestamptz - interval '1 hour'
                and a.account_id = $4
                and a.project_id = $5
                and a.details = $8
        ))
            and ($12::uuid is null or exists (
                select
                from documents d
                where d.id = $12
                    and d.scope = 'account'
                    and d.owner_id = l.lender
                    and d.deleted_at is null
            ))
        "#,
        &new,
        lenders,
        now,
        by.0,
        project.0,
        LIBRARY,
        READ,
        what.details(),
        origin.address,
        origin.user_agent,
        what.is_repeated(),
        what.document(),
    )
    .execute(&mut *connection)
    .await?;
    connection.release();
    Ok(())
}
