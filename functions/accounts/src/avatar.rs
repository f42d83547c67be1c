//! Avatars: taken, drawn anew, kept, shown, removed.

use std::sync::LazyLock;

use anyhow::anyhow;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use platform::http::{Json, Multipart, Path, Problem};
use platform::limit::{Change, ClientAddress};
use platform::turns::Turns;
use platform::{Caller, Error, Result, Within, secret};
use serde::{Deserialize, Serialize};
use shared::id::AccountId;
use utoipa::ToSchema;

use crate::picture::{self, Picture};
use crate::profile::Done;
use crate::{AppState, store};

/// What a picture may weigh (contract §8).
const LONGEST_BYTES: usize = 2 << 20;
/// A picture and what a form puts round it.
pub(crate) const LONGEST_FORM_BYTES: usize = LONGEST_BYTES + (64 << 10);
/// Each takes up to a quarter of a gigabyte while it is drawn.
static TURNS: LazyLock<Turns> = LazyLock::new(|| Turns::new(1));

/// The form.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read while it arrives")]
pub(crate) struct UploadAvatar {
    /// JPEG, PNG or WebP, at most 2 MB.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Where the new avatar is.
#[derive(Serialize, ToSchema)]
#[schema(as = AvatarUploaded)]
pub(crate) struct Uploaded {
    message: &'static str,
    /// Below the address of the API. A new picture has a new one.
    avatar_url: String,
}

/// The name of an avatar.
#[derive(Deserialize)]
pub(crate) struct AvatarPath {
    file: String,
}

/// Replaces the caller's avatar. What the file is says its content; it is drawn anew at most 512
/// pixels wide and high, without anything that came with the photo.
#[utoipa::path(post, path = "/api/v1/settings/avatar", tag = "settings",
    request_body(content = UploadAvatar, content_type = "multipart/form-data"),
    security(("bearer" = [])),
    responses((status = 200, body = Uploaded), (status = 400, body = Problem),
        (status = 422, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn upload(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
    form: Multipart,
) -> Result<Json<Uploaded>> {
    let picture = drawn(file(form).await?).await?;
    let name = name(caller.account_id, &picture);
    let key = key(&name).ok_or_else(|| anyhow!("a name of ours is none"))?;
    let kind = content_type(&name);
    state.storage.put(&key, kind, picture.bytes.into()).await?;
    let avatar_url = format!("/static/avatars/{name}");
    let before = match store::set_avatar(&state, &caller, Some(&avatar_url)).await {
        Ok(before) => before,
        Err(error) => {
            // Deleted while the picture arrived. Any other failure may have been none after all.
            if matches!(error, Error::Domain(_)) {
                forget(&state, Some(avatar_url)).await;
            }
            return Err(error);
        }
    };
    forget(&state, before.filter(|before| *before != avatar_url)).await;
    Ok(Json(Uploaded { message: "Avatar uploaded successfully", avatar_url }))
}

/// Removes the caller's avatar.
#[utoipa::path(delete, path = "/api/v1/settings/avatar", tag = "settings",
    security(("bearer" = [])),
    responses((status = 200, body = Done), (status = 404, body = Problem),
        (status = 429, body = Problem)))]
pub(crate) async fn remove(
    State(state): State<AppState>,
    _: Within<Change>,
    caller: Caller,
) -> Result<Json<Done>> {
    let before = store::set_avatar(&state, &caller, None).await?;
    let before = before.ok_or(shared::Error::NotFound("Avatar"))?;
    forget(&state, Some(before)).await;
    Ok(Json(Done::saying("Avatar deleted successfully")))
}

/// An avatar. Its name changes with the picture, so browsers may keep it for ever.
#[utoipa::path(get, path = "/static/avatars/{file}", tag = "settings",
    params(("file" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = "image/*"),
        (status = 404, body = Problem), (status = 429, body = Problem)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    address: ClientAddress,
    Path(path): Path<AvatarPath>,
) -> Result<Response> {
    state.base.limiter.picture(address).await?;
    let key = key(&path.file).ok_or(shared::Error::NotFound("Avatar"))?;
    let blob = state.storage.get(&key).await?.ok_or(shared::Error::NotFound("Avatar"))?;
    let head = [
        (CONTENT_TYPE, content_type(&path.file).to_owned()),
        (CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
    ];
    let mut response = (head, Body::from_stream(blob.stream)).into_response();
    if let Some(size) = blob.size_bytes {
        response.headers_mut().insert(CONTENT_LENGTH, size.into());
    }
    Ok(response)
}

/// The form's file, given up as soon as it is too long.
async fn file(mut form: Multipart) -> Result<Vec<u8>> {
    while let Some(part) = form.next().await.map_err(in_the_clients_words)? {
        if part.name() == "file" {
            let file = part.at_most(LONGEST_BYTES).await.map_err(in_the_clients_words)?;
            return file.ok_or_else(too_large);
        }
    }
    Err(Error::invalid("file", "is missing"))
}

/// A body that is too long before its file is reached gets the same answer as a file.
fn in_the_clients_words(error: Error) -> Error {
    match error {
        Error::Domain(shared::Error::TooLarge(_)) => too_large(),
        other => other,
    }
}

fn too_large() -> Error {
    shared::Error::Refused("File too large. Maximum size is 2 MB".to_owned()).into()
}

async fn drawn(file: Vec<u8>) -> Result<Picture> {
    let drawn = TURNS.run(move || picture::redraw(&file)).await?;
    let refused = || shared::Error::Refused("Not a JPEG, PNG or WebP image".to_owned());
    Ok(drawn.ok_or_else(refused)?)
}

/// `<account>_<8 hex>.<ext>`, the eight from the picture itself: the same picture, the same name.
fn name(account: AccountId, picture: &Picture) -> String {
    let digest = secret::sha256(&picture.bytes);
    let print = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    format!("{account}_{print:08x}.{}", picture.extension)
}

/// Where a name's file is kept; none for what is no name of ours. Each account has a folder, so that
/// nothing is left when it goes.
fn key(name: &str) -> Option<String> {
    let (account, file) = name.split_once('_')?;
    let (print, extension) = file.split_once('.')?;
    let account: uuid::Uuid =
        account.parse().ok().filter(|id: &uuid::Uuid| id.to_string() == account)?;
    let is_print =
        print.len() == 8 && print.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    let is_ours = is_print && matches!(extension, "jpg" | "png");
    is_ours.then(|| format!("{}{file}", folder(account.into())))
}

/// Where everything of an account is kept.
pub(crate) fn folder(account: AccountId) -> String {
    format!("avatars/{account}/")
}

fn content_type(name: &str) -> &'static str {
    if name.ends_with(".png") { "image/png" } else { "image/jpeg" }
}

/// A picture that cannot be removed now goes with the account at last; nobody knows its name any more.
async fn forget(state: &AppState, url: Option<String>) {
    let Some(key) = url.as_deref().and_then(|url| key(url.strip_prefix("/static/avatars/")?))
    else {
        return;
    };
    if let Err(error) = state.storage.delete(&key).await {
        tracing::warn!(%error, "an old avatar was not removed");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_ours_have_a_file() {
        let id = "01890000-0000-7000-8000-000000000001";
        let ours = format!("{id}_0a1b2c3d.jpg");
        assert_eq!(key(&ours).unwrap(), format!("avatars/{id}/0a1b2c3d.jpg"));
        for name in [
            "..",
            "x",
            "_.jpg",
            "../../secret-key",
            &format!("{id}_0a1b2c3d.svg"),
            &format!("{id}_0A1B2C3D.jpg"),
            &format!("{id}_0a1b2c3d.jpg/.."),
            &format!("{}_0a1b2c3d.jpg", id.to_uppercase().replace('0', "A")),
            &format!("{id}_0a1b2c3d"),
        ] {
            assert_eq!(key(name), None, "{name}");
        }
    }
}
