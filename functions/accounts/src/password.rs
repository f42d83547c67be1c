//! Argon2id, off the threads that serve, and as slow for nobody as for somebody.

use std::sync::Arc;

use anyhow::anyhow;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{ARGON2ID_IDENT, Argon2, Version};
use platform::turns::Turns;
use platform::{Result, secret};
use shared::account::normal_password;

/// Hashes at the same time: each takes 19 MiB (the crate's defaults are OWASP's: m = 19 MiB, t = 2,
/// p = 1).
const AT_ONCE: usize = 4;

/// What a password is to a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Likeness {
    /// Another one, or there is no such account.
    Wrong,
    /// The one that was hashed.
    Right,
    /// The one that was hashed, in the very letters that were typed: the hash is from before passwords
    /// were normalised, and should be made anew.
    RightAsTyped,
}

/// Hashes and checks passwords.
#[derive(Clone)]
pub struct Passwords {
    turns: Turns,
    nobody: Arc<str>,
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

impl Passwords {
    /// With the crate's default cost.
    pub fn new() -> Self {
        Self { turns: Turns::new(AT_ONCE), nobody: hash_of_nobody().into() }
    }

    /// The hash of a password in its normal form, in PHC format.
    pub async fn hash(&self, password: String) -> Result<String> {
        self.work(move || {
            let password = normal_password(&password);
            let hash = Argon2::default().hash_password(password.as_bytes());
            Ok(hash.map_err(|error| anyhow!("cannot hash: {error}"))?.to_string())
        })
        .await
    }

    /// True when the password belongs to the hash, as `Passwords::compare` says it.
    ///
    /// # Errors
    /// When the stored hash is not one.
    pub async fn verify(&self, password: String, hash: Option<String>) -> Result<bool> {
        Ok(self.compare(password, hash).await? != Likeness::Wrong)
    }

    /// Holds a password against a hash: in its normal form, and as it was typed where that is another.
    /// Without a hash (no such account) it takes as long and is wrong: how often a password is hashed
    /// depends on its letters alone.
    ///
    /// # Errors
    /// When the stored hash is not one.
    pub(crate) async fn compare(&self, password: String, hash: Option<String>) -> Result<Likeness> {
        let is_somebody = hash.is_some();
        let hash = hash.unwrap_or_else(|| self.nobody.as_ref().to_owned());
        let likeness = self.work(move || compare(&password, &hash)).await?;
        Ok(if is_somebody { likeness } else { Likeness::Wrong })
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> Result<T> {
        Ok(self.turns.run(work).await??)
    }
}

fn compare(typed: &str, hash: &str) -> anyhow::Result<Likeness> {
    let hash = PasswordHash::new(hash).map_err(|error| anyhow!("bad hash: {error}"))?;
    let fits = |text: &str| Argon2::default().verify_password(text.as_bytes(), &hash).is_ok();
    let normal = normal_password(typed);
    Ok(match fits(&normal) {
        true => Likeness::Right,
        false if normal != typed && fits(typed) => Likeness::RightAsTyped,
        false => Likeness::Wrong,
    })
}

/// A hash as any other, of no password that anybody knows: its bytes are random and cost no work, so it is
/// there before the first request, and checking against it takes as long.
pub(crate) fn hash_of_nobody() -> String {
    let random = || secret::sha256(secret::random_token().as_bytes());
    let params = ParamsString::try_from(Argon2::default().params());
    let hash = PasswordHash {
        algorithm: ARGON2ID_IDENT,
        version: Some(Version::default().into()),
        params: params.expect("the default cost can be written"),
        salt: Some(Salt::new(&random()[..16]).expect("16 bytes are a salt")),
        hash: Some(Output::new(&random()).expect("32 bytes are a hash")),
    };
    hash.to_string()
}
