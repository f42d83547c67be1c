//! What the routes of accounts and budgets must find and be given to succeed.

use platform::secret;
use serde_json::{Value, json};
use testkit::User;
use uuid::Uuid;

use super::{Who, World};
use crate::table::Row;

/// A red dot.
pub(super) const PICTURE: &[u8] = include_bytes!("dot.png");
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
        "POST /api/v1/auth/verify" => json!({ "token": proof(world, "address").await }),
        "PUT /api/v1/settings/profile" => json!({ "full_name": "Ana Nowak" }),
        "PUT /api/v1/settings/password" => {
            json!({ "current_password": PASSWORD, "new_password": "Brandnew456" })
        }
        "PUT /api/v1/admin/users/{account_id}/plan" => json!({ "plan": "pro" }),
        "PUT /api/v1/projects/{project_id}/budget" => json!({ "cap_usd": 5 }),
        _ => return None,
    })
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
