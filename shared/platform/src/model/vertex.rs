//! Google's access tokens, for Gemini through Vertex AI.

use std::sync::Arc;

use anyhow::Context;
use futures::FutureExt;
use futures::future::BoxFuture;
use google_cloud_auth::credentials::Builder;
use secrecy::SecretString;

/// Gives an access token that is valid now.
pub type Token = Arc<dyn Fn() -> BoxFuture<'static, anyhow::Result<SecretString>> + Send + Sync>;

/// The tokens of the process's own service account (Application Default Credentials). They are kept
/// until shortly before they expire.
///
/// # Errors
/// When the machine has no Google identity.
pub fn google_token() -> anyhow::Result<Token> {
    let credentials = Builder::default()
        .with_scopes(["https://www.googleapis.com/auth/cloud-platform"])
        .build_access_token_credentials()
        .context("no Google identity for Vertex AI")?;
    Ok(Arc::new(move || {
        let credentials = credentials.clone();
        async move { Ok(SecretString::from(credentials.access_token().await?.token)) }.boxed()
    }))
}
