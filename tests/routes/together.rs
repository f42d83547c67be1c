//! What the routes of working together must find and be given to succeed.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Who, World};
use crate::table::Row;

/// A comment on the world's persona, of whoever asks.
pub(super) const COMMENT: &str = "00000000-0000-0000-0000-0000000c0331";
/// A task of theirs.
pub(super) const TASK: &str = "00000000-0000-0000-0000-00000000704c";
/// What is in their inbox.
const ENTRY: &str = "00000000-0000-0000-0000-0000000b0ec5";

/// Makes the world such that the request succeeds for those who may send it.
pub(super) async fn prepare(world: &World, row: &Row, who: Who) {
    if !row.path.contains("/collaboration/") {
        return;
    }
    let author = world.user(who).unwrap_or(&world.guest).id.0;
    let is_resolved = row.path.ends_with("/reopen");
    // Whoever is a member only: an inbox entry hangs on the membership, so the stranger gets one of their own.
    if row.path.ends_with("/inbox/read") {
        let member = "insert into project_members (project_id, account_id, role, created_at)
            values ($1, $2, 'viewer', $3)
            on conflict do nothing";
        let query = sqlx::query(member).bind(world.project.0).bind(author);
        let now = world.app.parts.clock.now();
        query.bind(now).execute(&world.app.parts.pool).await.unwrap();
        let verified = "update accounts set is_verified = true where id = $1";
        sqlx::query(verified).bind(author).execute(&world.app.parts.pool).await.unwrap();
    }
    let statement = "with gone as (
            delete from comments where id = $1
        ), task as (
            insert into tasks (id, project_id, title, created_by, created_at, updated_at)
            values ($2, $3, 'Policz', $4, $5, $5)
            on conflict (id) do update set created_by = excluded.created_by, title = 'Policz'
        )
        select 1";
    let id = |text: &str| text.parse::<Uuid>().unwrap();
    let persona = id(world.persona["id"].as_str().unwrap());
    let pool = &world.app.parts.pool;
    let now = world.app.parts.clock.now();
    let query = sqlx::query(statement).bind(id(COMMENT)).bind(id(TASK)).bind(world.project.0);
    query.bind(author).bind(now).execute(pool).await.unwrap();
    let comment = "insert into comments
            (id, project_id, persona_id, thread_id, author_id, text, created_at, resolved_at,
             resolved_by)
        values ($1, $2, $3, $1, $4, 'Kawa?', $5, case when $6 then $5::timestamptz end,
            case when $6 then $4::uuid end)";
    let query = sqlx::query(comment).bind(id(COMMENT)).bind(world.project.0).bind(persona);
    query.bind(author).bind(now).bind(is_resolved).execute(pool).await.unwrap();
    let entry = "insert into notifications
            (id, project_id, account_id, kind, comment_id, actor_id, created_at)
        select $1, project_id, account_id, 'mention', $2, account_id, $4
        from project_members
        where account_id = $3
        limit 1";
    let query = sqlx::query(entry).bind(id(ENTRY)).bind(id(COMMENT)).bind(author);
    query.bind(now).execute(pool).await.unwrap();
}

/// What a request must bring.
pub(super) fn body(world: &World, name: &str) -> Option<Value> {
    let subject = json!({ "kind": "persona", "id": world.persona["id"] });
    Some(match name {
        "POST /api/v1/collaboration/projects/{project_id}/comments" => {
            json!({ "subject": subject, "text": "Kawa?" })
        }
        "POST /api/v1/collaboration/comments/{comment_id}/replies" => json!({ "text": "Tak." }),
        "PATCH /api/v1/collaboration/comments/{comment_id}" => json!({ "text": "Herbata?" }),
        "POST /api/v1/collaboration/projects/{project_id}/tasks" => json!({ "title": "Policz" }),
        "PATCH /api/v1/collaboration/tasks/{task_id}" => json!({ "title": "Przelicz" }),
        "POST /api/v1/collaboration/inbox/read" => json!({ "up_to": ENTRY }),
        "PUT /api/v1/collaboration/projects/{project_id}/presence" => {
            json!({ "tab": Uuid::nil() })
        }
        "POST /api/v1/collaboration/tickets" => json!({ "project_id": world.project }),
        _ => return None,
    })
}
