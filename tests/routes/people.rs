//! What the routes of accounts, budgets and documents must find and be given to succeed.

use platform::secret;
use serde_json::{Value, json};
use shared::id::ProjectId;
use testkit::User;
use uuid::Uuid;

use super::{Who, World};
use crate::table::Row;

/// A red dot.
pub(super) const PICTURE: &[u8] = include_bytes!("dot.png");
/// The invitation of somebody to a project of the guest's, or of the guest to the world's.
pub(super) const INVITATION: &str = "00000000-0000-0000-0000-000000001471";
/// A file of the world's people.
pub(super) const EXPORT: &str = "00000000-0000-0000-0000-00000000e8f0";
/// A link that shows the world's persona.
pub(super) const LINK: &str = "00000000-0000-0000-0000-0000000011c4";
/// The token of its e-mail, and of the link.
pub(super) const TOKEN: &str = "a-token";
const PASSWORD: &str = "Another123";

/// Makes the world such that the request succeeds for those who may send it.
pub(super) async fn prepare(world: &World, row: &Row, who: Who) {
    match row.name().as_str() {
        "GET /static/avatars/{file}" => {
            let key = format!("avatars/{}/0a1b2c3d.png", world.guest.id);
            world.app.parts.storage.put(&key, "image/png", PICTURE.into()).await.unwrap();
        }
        "DELETE /api/v1/settings/avatar" => {
            let statement = "update accounts set avatar_url = '/static/avatars/x' where $1";
            let query = sqlx::query(statement).bind(true);
            query.execute(&world.app.parts.pool).await.unwrap();
        }
        "DELETE /api/v1/projects/{project_id}/invitations/{invitation_id}" => {
            invite(world, world.project, &world.guest).await;
        }
        "POST /api/v1/invitations/accept"
        | "POST /api/v1/invitations/{invitation_id}/accept"
        | "DELETE /api/v1/invitations/{invitation_id}" => {
            let project = world.app.project(&world.guest, json!({})).await;
            invite(world, project, world.user(who).unwrap_or(&world.guest)).await;
        }
        "GET /api/v1/exports/{export_id}"
        | "POST /api/v1/exports/{export_id}/link"
        | "GET /api/v1/exports/files/{ticket}/{part}" => written(world).await,
        "DELETE /api/v1/personas/{persona_id}/shares/{share_id}" | "GET /share/{token}" => {
            share(world).await;
        }
        "GET /api/v1/rag/documents/{document_id}/chunks" => world.put_document().await,
        "DELETE /api/v1/projects/{project_id}/libraries/{account_id}" => {
            lend(world, &world.guest).await;
        }
        "DELETE /api/v1/projects/{project_id}/library" => {
            if let Some(user) = world.user(who) {
                lend(world, user).await;
            }
        }
        "POST /api/v1/auth/verify/send" => {
            // Who has proved their address is sent nothing.
            let statement = "update accounts set is_verified = false where id = $1";
            let id = world.user(who).map(|user| user.id.0);
            sqlx::query(statement).bind(id).execute(&world.app.parts.pool).await.unwrap();
        }
        "PUT /api/v1/settings/password" => {
            if let Some(user) = world.user(who) {
                set_password(world, user).await;
            }
        }
        _ => {}
    }
}

/// The body of the request, where it has one.
pub(super) async fn body(world: &World, row: &Row, email: &str) -> Option<Value> {
    Some(match row.name().as_str() {
        "POST /api/v1/auth/password/forgot" => json!({ "email": email }),
        "POST /api/v1/auth/password/reset" => {
            json!({ "token": proof(world, "password").await, "password": PASSWORD })
        }
        "POST /api/v1/auth/verify" => {
            set_password(world, &world.guest).await;
            json!({ "token": proof(world, "address").await, "password": PASSWORD })
        }
        "POST /api/v1/invitations/accept" => json!({ "token": TOKEN }),
        "PUT /api/v1/settings/profile" => json!({ "full_name": "Ana Nowak" }),
        "PUT /api/v1/settings/password" => {
            json!({ "current_password": PASSWORD, "new_password": "Brandnew456" })
        }
        "PUT /api/v1/admin/users/{account_id}/plan" => json!({ "plan": "pro" }),
        "POST /api/v1/populations/preview" => json!({ "people": 100 }),
        "PUT /api/v1/projects/{project_id}/budget" => json!({ "cap_usd": 5 }),
        "POST /api/v1/projects/{project_id}/personas/import" => exported(world, email).await,
        _ => return None,
    })
}

/// Replaces the invitation by one of this person to this project, by its owner.
async fn invite(world: &World, project: ProjectId, whom: &User) {
    let statement = "delete from project_invitations where id = $1";
    let id: Uuid = INVITATION.parse().unwrap();
    let pool = &world.app.parts.pool;
    sqlx::query(statement).bind(id).execute(pool).await.unwrap();
    let statement = "insert into project_invitations
            (id, project_id, email, role, invited_by, request_id, token_hash, created_at, expires_at,
             sent_at)
        select $1, p.id, $3, 'viewer', p.owner_id, $4, $5, $6, $6 + interval '1 hour', $6
        from projects p
        where p.id = $2";
    sqlx::query(statement)
        .bind(id)
        .bind(project.0)
        .bind(world.app.email(whom).await)
        .bind(world.app.parts.ids.next::<Uuid>())
        .bind(secret::sha256(TOKEN.as_bytes()).as_slice())
        .bind(world.app.parts.clock.now())
        .execute(pool)
        .await
        .unwrap();
}

/// The world's persona as a project's export has them, with another headline for each who imports it: the same file
/// again is no change.
async fn exported(world: &World, headline: &str) -> Value {
    let card = "select card from personas order by population_index limit 1";
    let card: Value = sqlx::query_scalar(card).fetch_one(&world.app.parts.pool).await.unwrap();
    json!({ "schema": "sight.export.project/1", "people": [{ "status": "active", "headline": headline,
        "story": "-", "communication_style": "-", "decision_making_style": "-", "concerns": [],
        "written_by": "offline", "is_simulated": true, "prompt_version": "1", "card": card }] })
}

/// Somebody has exported the world's people, and has a ticket for the file.
async fn written(world: &World) {
    let key = format!("exports/{EXPORT}/file.csv");
    world.app.parts.storage.put(&key, "text/csv", PICTURE.into()).await.unwrap();
    let statement = "with export as (
            insert into exports
                (id, project_id, subject_kind, subject_id, format, has_bom, is_unmasked,
                 requested_by, created_at, finished_at, expires_at)
            select $1, id, 'project', id, 'csv', false, false, owner_id, $4, $4, $4 + interval '1 hour'
            from projects
            where id = $2
            on conflict do nothing
            returning id
        )
        insert into export_tickets (token_hash, export_id, expires_at)
        select $3, id, $4 + interval '1 hour' from export";
    sqlx::query(statement)
        .bind(EXPORT.parse::<Uuid>().unwrap())
        .bind(world.project.0)
        .bind(secret::sha256(TOKEN.as_bytes()).as_slice())
        .bind(world.app.parts.clock.now())
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
}

/// Somebody has shared the world's persona.
async fn share(world: &World) {
    let statement = "insert into share_links
            (id, project_id, persona_id, token_hash, created_by, created_at, expires_at)
        select $1, p.project_id, p.id, $3, o.owner_id, $4, $4 + interval '1 hour'
        from personas p
        join projects o on o.id = p.project_id
        where p.id = $2
        on conflict do nothing";
    sqlx::query(statement)
        .bind(LINK.parse::<Uuid>().unwrap())
        .bind(world.persona["id"].as_str().and_then(|id| id.parse::<Uuid>().ok()))
        .bind(secret::sha256(TOKEN.as_bytes()).as_slice())
        .bind(world.app.parts.clock.now())
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
}

/// As a member does, who may have done so before. Nobody else can.
async fn lend(world: &World, user: &User) {
    let statement = "insert into project_libraries (project_id, account_id, lent_at)
        select project_id, account_id, $3
        from project_members
        where project_id = $1 and account_id = $2
        on conflict do nothing";
    sqlx::query(statement)
        .bind(world.project.0)
        .bind(user.id.0)
        .bind(world.app.parts.clock.now())
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
}

async fn set_password(world: &World, user: &User) {
    let hash = accounts::Passwords::new().hash(PASSWORD.to_owned()).await.unwrap();
    let query = sqlx::query("update accounts set password_hash = $2 where id = $1");
    query.bind(user.id.0).bind(hash).execute(&world.app.parts.pool).await.unwrap();
}

/// A letter's token, as the guest would have it.
async fn proof(world: &World, purpose: &str) -> String {
    let token = secret::random_token();
    let statement = "insert into account_proofs
            (account_id, purpose, request_id, token_hash, requested_at, expires_at, sent_at)
        values ($1, $2, $3, $4, $5, $5 + interval '1 hour', $5)";
    sqlx::query(statement)
        .bind(world.guest.id.0)
        .bind(purpose)
        .bind(world.app.parts.ids.next::<Uuid>())
        .bind(secret::sha256(token.as_bytes()).as_slice())
        .bind(world.app.parts.clock.now())
        .execute(&world.app.parts.pool)
        .await
        .unwrap();
    token
}
