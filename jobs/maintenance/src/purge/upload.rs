//! Uploads that no document has.

use chrono::{DateTime, Duration, Utc};
use platform::Result;
use records::documents;
use uuid::Uuid;

use crate::State;
use crate::batch::Tally;

/// How old an upload is before nobody is at it any more: a request ends within minutes, and a worker that
/// reads the file of an older version within an hour.
const PATIENCE: Duration = Duration::days(1);

/// Removes the files of uploads that arrived a day ago and that no document has: their function was
/// stopped before it had registered them, or after it had registered a newer version. Returns how many.
///
/// # Errors
/// The first failure of the store or the database, after the other uploads.
pub async fn purge_uploads(state: &State, now: DateTime<Utc>) -> Result<u64> {
    let mut tally = Tally::default();
    let mut page = None;
    loop {
        let folders = state.storage.folders(documents::UPLOADS, page.as_deref()).await?;
        let ids = folders.names.iter().filter_map(|name| name.parse().ok());
        let old: Vec<Uuid> = ids.filter(|id| is_older(*id, now - PATIENCE)).collect();
        for upload in without_document(state, &old).await? {
            let forgotten = documents::forget_upload(&state.storage, upload).await;
            tally.add(forgotten.map(|()| 1));
        }
        page = folders.next;
        if page.is_none() {
            return tally.end();
        }
    }
}

/// True when the id, which says when it was made, is from before this time.
fn is_older(id: Uuid, than: DateTime<Utc>) -> bool {
    let made = id.get_timestamp().and_then(|time| i64::try_from(time.to_unix().0).ok());
    made.is_some_and(|seconds| seconds < than.timestamp())
}

async fn without_document(state: &State, uploads: &[Uuid]) -> Result<Vec<Uuid>> {
    let left = sqlx::query_scalar!(
        r#"
        select id as "id!"
        from unnest($1::uuid[]) as u (id)
        where not exists (select from documents d where d.upload_id = u.id)
        "#,
        uploads,
    );
    Ok(left.fetch_all(&state.pool).await?)
}
