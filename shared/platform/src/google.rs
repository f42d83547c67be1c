//! Google's access tokens, for Gemini through Vertex AI and for Cloud Storage.

use std::sync::Arc;

use anyhow::Context;
use futures::FutureExt;
use futures::future::BoxFuture;
use google_cloud_auth::credentials::Builder;
use secrecy::SecretString;

/// Gives an access token that is valid now.
pub type Token = Arc<dyn Fn() -> BoxFuture<'static, anyhow::Result<SecretString>> + Send + Sync>;

/// The tokens of the process's own service account (Application Default Credentials), good for this
/// scope of `https://www.googleapis.com/auth/`. They are kept until shortly before they expire.
///
/// # Errors
/// When the machine has no Google identity.
pub fn access_token(scope: &str) -> anyhow::Result<Token> {
    let credentials = Builder::default()
        .with_scopes([format!("https://www.googleapis.com/auth/{scope}")])
        .build_access_token_credentials()
        .context("no Google identity")?;
    Ok(Arc::new(move || {
        let credentials = credentials.clone();
        async move { Ok(SecretString::from(credentials.access_token().await?.token)) }.boxed()
    }))
}
