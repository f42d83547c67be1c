//! Files that arrive in the bucket by themselves: Cloud Storage tells, by Pub/Sub, what was put under
//! `inbox/`, and it is taken in as an upload is.
//!
//! `inbox/projects/{project_id}/{name}`, `inbox/accounts/{account_id}/{name}`, `inbox/shared/{name}`: who
//! may write there is the bucket's own affair. A project's file is its owner's, a shared one is that of
//! the first system admin. The file goes from the inbox when it is taken in, or refused. Markers of folders and
//! names that no file of ours may have are passed over, and stay.

use axum::extract::State;
use platform::queue::{Outcome, Pushed};
use platform::storage::Storage;
use platform::{Error, Result};
use serde::Deserialize;
use shared::id::{AccountId, ProjectId};
use shared::knowledge::Scope;
use uuid::Uuid;

use crate::AppState;
use crate::intake;
use crate::register::{self, Wanted};

/// What Cloud Storage says of an object that was made (its JSON API's resource).
#[derive(Deserialize)]
pub(crate) struct ObjectMade {
    #[serde(default)]
    name: String,
}

pub(crate) async fn uploaded(
    State(state): State<AppState>,
    Pushed(object): Pushed<ObjectMade>,
) -> Result<Outcome> {
    let Some((place, filename)) = Inbox::parse(&object.name) else {
        return Ok(Outcome::Rejected("an object outside the inbox".to_owned()));
    };
    // Consoles mark a folder by an empty object that is called like it, and no store of ours can be asked for a
    // name that is none: neither comes to be a document by being delivered again.
    if filename.is_empty() || filename.ends_with('/') {
        return Ok(Outcome::Rejected(format!("{:?} is a folder", object.name)));
    }
    if !Storage::is_key(&object.name) {
        return Ok(Outcome::Rejected(format!("{:?} is no name of a file", object.name)));
    }
    match take(&state, place, filename, &object.name).await {
        Ok(outcome) => Ok(outcome),
        Err(error @ (Error::Domain(_) | Error::Malformed { .. })) => {
            state.storage.delete(&object.name).await?;
            Ok(Outcome::Rejected(format!("{} is not taken in: {error}", object.name)))
        }
        Err(error) => Err(error),
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Inbox {
    Project(ProjectId),
    Account(AccountId),
    Shared,
}

impl Inbox {
    fn parse(name: &str) -> Option<(Self, &str)> {
        let rest = name.strip_prefix("inbox/")?;
        let (kind, rest) = rest.split_once('/')?;
        if kind == "shared" {
            return Some((Self::Shared, rest));
        }
        let (id, filename) = rest.split_once('/')?;
        let id: Uuid = id.parse().ok()?;
        match kind {
            "projects" => Some((Self::Project(id.into()), filename)),
            "accounts" => Some((Self::Account(id.into()), filename)),
            _ => None,
        }
    }
}

async fn take(state: &AppState, place: Inbox, filename: &str, key: &str) -> Result<Outcome> {
    let Some(file) = state.storage.get(key).await? else { return Ok(Outcome::Duplicate) };
    let (scope, by) = owner(state, place).await?;
    let filename = intake::cleaned_name(filename)?;
    let arrived = intake::keep(state, &filename, file.stream).await?;
    let title = filename.rsplit_once('.').map_or(filename.as_str(), |(title, _)| title);
    let wanted = Wanted { scope, by, title, filename: &filename, country: "Poland" };
    register::register(state, wanted, &arrived).await?;
    state.storage.delete(key).await?;
    Ok(Outcome::Done)
}

/// The scope of an inbox and who its documents belong to.
async fn owner(state: &AppState, place: Inbox) -> Result<(Scope, AccountId)> {
    let (scope, owner) = match place {
        Inbox::Project(id) => {
            let owner = sqlx::query_scalar!(
                "select owner_id from projects where id = $1 and deleted_at is null",
                id.0,
            );
            (Scope::Project(id), owner.fetch_optional(&state.worker.base.pool).await?)
        }
        Inbox::Account(id) => {
            let owner = sqlx::query_scalar!(
                "select id from accounts where id = $1 and deleted_at is null",
                id.0,
            );
            (Scope::Account(id), owner.fetch_optional(&state.worker.base.pool).await?)
        }
        Inbox::Shared => {
            let owner = sqlx::query_scalar!(
                r#"
                select id
                from accounts
                where is_system_admin and deleted_at is null
                order by created_at
                limit 1
                "#,
            );
            (Scope::Shared, owner.fetch_optional(&state.worker.base.pool).await?)
        }
    };
    Ok((scope, owner.ok_or(shared::Error::NotFound("The inbox's owner"))?.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_inbox_names_its_owner_and_nothing_else_is_one() {
        let id = Uuid::from_u128(7);
        for (name, expected) in [
            (format!("inbox/projects/{id}/a.pdf"), Some((Inbox::Project(id.into()), "a.pdf"))),
            (format!("inbox/accounts/{id}/a.pdf"), Some((Inbox::Account(id.into()), "a.pdf"))),
            ("inbox/shared/a.pdf".to_owned(), Some((Inbox::Shared, "a.pdf"))),
            ("inbox/accounts/me/a.pdf".to_owned(), None),
            (format!("uploads/{id}/file"), None),
            ("inbox/a.pdf".to_owned(), None),
        ] {
            assert_eq!(Inbox::parse(&name), expected, "{name}");
        }
    }
}
