//! The rows of invitations.

use platform::{Access, Admin, Caller, HeldRole, Result, Viewer, audit, auth};
use serde_json::json;
use shared::account::EmailAddress;
use shared::id::{AccountId, InvitationId, ProjectId};
use shared::role::Role;
use sqlx::PgConnection;
use uuid::Uuid;

use super::members::lock;
use super::record;
use crate::AppState;
use crate::invitation::{InvitationView, InvitedView, Joined, LIFE, Which};

/// The most open invitations of a project.
const MOST: i64 = 50;
const UNPROVED: &str = "Confirm your e-mail address first";
const NONE: shared::Error = shared::Error::NotFound("Invitation");

/// Invites an address, or invites it anew. Returns the request for an e-mail as well. Nobody's account is looked
/// up: of addresses only those of members are known here, who stand in the project's list anyway.
pub(crate) async fn insert(
    state: &AppState,
    access: Access<Admin>,
    email: &EmailAddress,
    role: Role,
) -> Result<(InvitationView, Uuid)> {
    let now = state.base.clock.now();
    let mut transaction = state.base.pool.begin().await?;
    lock(&mut transaction, access).await?;
    may_invite(&mut transaction, state, access, email).await?;
    let (new, email_request): (InvitationId, Uuid) = (state.base.ids.next(), state.base.ids.next());
    let row = sqlx::query!(
        r#"
        insert into project_invitations
            (id, project_id, email, role, invited_by, request_id, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (project_id, email) do update
        set role = excluded.role,
            invited_by = excluded.invited_by,
            request_id = excluded.request_id,
            created_at = excluded.created_at,
            expires_at = excluded.expires_at,
            claimed_until = null,
            sent_at = null
        returning id as "id: InvitationId"
        "#,
        new.0,
        access.project_id().0,
        email.as_str(),
        role.as_str(),
        access.account_id().0,
        email_request,
        now,
        now + LIFE,
    )
    .fetch_one(&mut *transaction)
    .await?;
    let details = json!({ "invitation_id": row.id, "role": role });
    record(&mut transaction, state, access, "invite", Some(details)).await?;
    transaction.commit().await?;
    let view = InvitationView {
        id: row.id,
        email: email.as_str().to_owned(),
        role,
        invited_by: access.account_id(),
        created_at: now,
        expires_at: now + LIFE,
    };
    Ok((view, email_request))
}

/// 403 for those who have not proved their own address: they would send e-mails in a name that may be somebody
/// else's. 409 for the address of a member, and for a project that has invited enough.
async fn may_invite(
    connection: &mut PgConnection,
    state: &AppState,
    access: Access<Admin>,
    email: &EmailAddress,
) -> Result<()> {
    let row = sqlx::query!(
        r#"
        select
            exists (
                select from accounts where id = $4 and is_verified
            ) as "is_proved!",
            exists (
                select
                from project_members m
                join accounts a on a.id = m.account_id
                where m.project_id = $1 and a.email = $2 and a.deleted_at is null
            ) as "is_member!",
            (
                select count(*)
                from project_invitations
                where project_id = $1 and email <> $2 and expires_at > $3
            ) as "open!"
        "#,
        access.project_id().0,
        email.as_str(),
        state.base.clock.now(),
        access.account_id().0,
    )
    .fetch_one(connection)
    .await?;
    if !row.is_proved {
        return Err(shared::Error::Forbidden(UNPROVED).into());
    }
    if row.is_member {
        let text = "this address is a member's already: change their role instead".to_owned();
        return Err(shared::Error::Conflict(text).into());
    }
    if row.open >= MOST {
        let text = format!("a project has at most {MOST} open invitations");
        return Err(shared::Error::Conflict(text).into());
    }
    Ok(())
}

pub(crate) async fn invitations(
    state: &AppState,
    access: Access<Admin>,
) -> Result<Vec<InvitationView>> {
    let rows = sqlx::query!(
        r#"
        select id, email, role as "role: Role", invited_by, created_at, expires_at
        from project_invitations
        where project_id = $1 and expires_at > $2
        order by created_at, id
        "#,
        access.project_id().0,
        state.base.clock.now(),
    )
    .fetch_all(&state.base.pool)
    .await?;
    let views = rows.into_iter().map(|row| {
        Ok(InvitationView {
            id: row.id.into(),
            email: row.email,
            role: row.role,
            invited_by: row.invited_by.into(),
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    });
    views.collect()
}

/// Takes one back.
pub(crate) async fn withdraw(
    state: &AppState,
    access: Access<Admin>,
    id: InvitationId,
) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    let gone = sqlx::query!(
        "delete from project_invitations where project_id = $1 and id = $2",
        access.project_id().0,
        id.0,
    );
    if gone.execute(&mut *transaction).await?.rows_affected() == 0 {
        return Err(NONE.into());
    }
    let details = json!({ "invitation_id": id, "withdrawn": true });
    record(&mut transaction, state, access, "invite", Some(details)).await?;
    transaction.commit().await?;
    Ok(())
}

/// What the caller may accept: addressed to their proved address, by somebody who is still an admin.
pub(crate) async fn invitations_of(state: &AppState, caller: &Caller) -> Result<Vec<InvitedView>> {
    let mut connection = state.base.pool.acquire().await?;
    let email = proved(&mut connection, caller).await?;
    let rows = sqlx::query!(
        r#"
        select
            i.id, i.project_id, p.name, i.role as "role: Role", a.full_name, i.created_at,
            i.expires_at
        from project_invitations i
        join project_roles r
            on r.project_id = i.project_id and r.account_id = i.invited_by and r.role = 'admin'
        join projects p on p.id = i.project_id
        join accounts a on a.id = i.invited_by
        where i.email = $1 and i.expires_at > $2
        order by i.created_at, i.id
        "#,
        email,
        state.base.clock.now(),
    )
    .fetch_all(&mut *connection)
    .await?;
    let views = rows.into_iter().map(|row| {
        Ok(InvitedView {
            id: row.id.into(),
            project_id: row.project_id.into(),
            project_name: row.name,
            role: row.role,
            invited_by: row.full_name,
            created_at: row.created_at,
            expires_at: row.expires_at,
        })
    });
    views.collect()
}

/// The caller's address, which they have proved.
async fn proved(connection: &mut PgConnection, caller: &Caller) -> Result<String> {
    let account = sqlx::query!(
        "select email, is_verified from accounts where id = $1 and deleted_at is null",
        caller.account_id.0,
    );
    let account = account.fetch_optional(connection).await?.ok_or(auth::GONE)?;
    if !account.is_verified {
        return Err(shared::Error::Forbidden(UNPROVED).into());
    }
    Ok(account.email)
}

/// An invitation that its person has answered.
struct Taken {
    project: ProjectId,
    role: Role,
    invited_by: AccountId,
}

/// Takes an invitation out, for its own person and in time; of two at once one gets it.
async fn take(
    connection: &mut PgConnection,
    state: &AppState,
    email: &str,
    which: &Which,
) -> Result<Taken> {
    let (id, token) = match which {
        Which::Id(id) => (Some(id.0), None),
        Which::Token(hash) => (None, Some(hash.as_slice())),
    };
    let taken = sqlx::query_as!(
        Taken,
        r#"
        delete from project_invitations
        where (id = $1 or token_hash = $2) and email = $3 and expires_at > $4
        returning project_id as "project: ProjectId", role as "role: _", invited_by as "invited_by: AccountId"
        "#,
        id,
        token,
        email,
        state.base.clock.now(),
    );
    Ok(taken.fetch_optional(connection).await?.ok_or(NONE)?)
}

/// Makes the caller a member, as they were invited. Whoever is one already stays what they are. The inviter
/// must be an admin now: the project is held meanwhile, so that nobody demotes them in between.
pub(crate) async fn accept(state: &AppState, caller: &Caller, which: &Which) -> Result<Joined> {
    let mut transaction = state.base.pool.begin().await?;
    // Who has left accepts nothing, and who leaves afterwards takes the membership along.
    auth::hold(&mut transaction, caller.account_id).await?;
    let email = proved(&mut transaction, caller).await?;
    hold_project(&mut transaction, &email, which).await?;
    let taken = take(&mut transaction, state, &email, which).await?;
    let invited = sqlx::query!(
        r#"
        insert into project_members (project_id, account_id, role, created_at)
        select $1, $2, $3, $4
        from project_roles
        where project_id = $1 and account_id = $5 and role = 'admin'
        on conflict (project_id, account_id) do nothing
        "#,
        taken.project.0,
        caller.account_id.0,
        taken.role.as_str(),
        state.base.clock.now(),
        taken.invited_by.0,
    );
    invited.execute(&mut *transaction).await?;
    let held = sqlx::query_scalar!(
        r#"
        select role as "role!: HeldRole"
        from project_roles
        where project_id = $1 and account_id = $2
        "#,
        taken.project.0,
        caller.account_id.0,
    );
    let held = held.fetch_optional(&mut *transaction).await?;
    let access = Access::<Viewer>::grant(caller, taken.project, held, "Invitation")?;
    let details = json!({
        "account_id": caller.account_id, "role": access.role(), "invited_by": taken.invited_by,
    });
    record(&mut transaction, state, access, "members", Some(details)).await?;
    transaction.commit().await?;
    Ok(Joined { project_id: taken.project, role: access.role() })
}

/// Before the invitation, as everybody who changes members or invites.
async fn hold_project(connection: &mut PgConnection, email: &str, which: &Which) -> Result<()> {
    let (id, token) = match which {
        Which::Id(id) => (Some(id.0), None),
        Which::Token(hash) => (None, Some(hash.as_slice())),
    };
    let held = sqlx::query_scalar!(
        r#"
        select p.id
        from projects p
        where p.deleted_at is null
            and p.id = (
                select project_id
                from project_invitations
                where (id = $1 or token_hash = $2) and email = $3
            )
        for no key update
        "#,
        id,
        token,
        email,
    );
    held.fetch_optional(connection).await?.ok_or(NONE)?;
    Ok(())
}

/// Says no. The invitation is gone; its project may ask again.
pub(crate) async fn decline(state: &AppState, caller: &Caller, which: &Which) -> Result<()> {
    let mut transaction = state.base.pool.begin().await?;
    let email = proved(&mut transaction, caller).await?;
    let taken = take(&mut transaction, state, &email, which).await?;
    let entry = audit::Entry {
        account_id: caller.account_id,
        project_id: Some(taken.project),
        subject_kind: "project",
        subject_id: taken.project.0,
        action: "decline",
        details: None,
    };
    let now = state.base.clock.now();
    audit::record(&mut *transaction, &state.base.ids, now, &entry).await?;
    transaction.commit().await?;
    Ok(())
}
