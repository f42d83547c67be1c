//! The limits of those who have no token yet: per account, and wider per client address, behind
//! which a whole office may sit. Rates of the client's contract, §0.4.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::class::Rule;
use super::{ClientAddress, Limiter};
use crate::{Result, secret};

const LOGIN: Rule = Rule::a_minute("login", 5);
const LOGIN_ADDRESS: Rule = Rule::a_minute("login-address", 30);
const REGISTER: Rule = Rule::a_minute("register", 3);
const REGISTER_ADDRESS: Rule = Rule::a_minute("register-address", 30);
const REFRESH_ADDRESS: Rule = Rule::a_minute("refresh-address", 30);
const PROOF_ADDRESS: Rule = Rule::a_minute("proof-address", 30);
/// Ours: the contract has no letters. Enough for a person, too few to flood somebody's mailbox.
const LETTER: Rule = Rule::an_hour("letter", 5);
const LETTER_ADDRESS: Rule = Rule::a_minute("letter-address", 30);
/// Ours: a page of avatars behind an office's one address, which the browser then keeps for a year.
const PICTURE_ADDRESS: Rule = Rule::a_minute("picture-address", 600);

#[cfg(test)]
pub(super) const RULES: [Rule; 9] = [
    LOGIN,
    LOGIN_ADDRESS,
    REGISTER,
    REGISTER_ADDRESS,
    REFRESH_ADDRESS,
    PROOF_ADDRESS,
    LETTER,
    LETTER_ADDRESS,
    PICTURE_ADDRESS,
];

impl Limiter {
    /// Counts an attempt to sign in, right or wrong: 5 a minute for an account, whether or not it
    /// exists, and 30 for an address. What an address has too many of does not count against the
    /// account, so one address alone keeps nobody out.
    ///
    /// # Errors
    /// 429 when either limit is reached.
    pub async fn sign_in(&self, email: &str, address: ClientAddress) -> Result<()> {
        self.take(&LOGIN_ADDRESS, address).await?;
        self.take(&LOGIN, account(email)).await
    }

    /// Counts an attempt to register: 3 a minute for an e-mail address, 30 for a client address.
    ///
    /// # Errors
    /// As [`Limiter::sign_in`].
    pub async fn register(&self, email: &str, address: ClientAddress) -> Result<()> {
        self.take(&REGISTER_ADDRESS, address).await?;
        self.take(&REGISTER, account(email)).await
    }

    /// Counts an exchange of a refresh token: 30 a minute for an address. The token itself cannot be
    /// guessed, so there is nothing to protect per account.
    ///
    /// # Errors
    /// As [`Limiter::sign_in`].
    pub async fn refresh(&self, address: ClientAddress) -> Result<()> {
        self.take(&REFRESH_ADDRESS, address).await
    }

    /// Counts a use of a token from a letter: 30 a minute for an address, because the token cannot be
    /// guessed either.
    ///
    /// # Errors
    /// As [`Limiter::sign_in`].
    pub async fn proof(&self, address: ClientAddress) -> Result<()> {
        self.take(&PROOF_ADDRESS, address).await
    }

    /// Counts a wish for a letter, whether or not it is ever written: 5 an hour to an e-mail address,
    /// 30 a minute from a client address.
    ///
    /// # Errors
    /// As [`Limiter::sign_in`].
    pub async fn letter(&self, email: &str, address: ClientAddress) -> Result<()> {
        self.take(&LETTER_ADDRESS, address).await?;
        self.take(&LETTER, account(email)).await
    }

    /// Counts a picture that anybody may see: 600 a minute for an address.
    ///
    /// # Errors
    /// As [`Limiter::sign_in`].
    pub async fn picture(&self, address: ClientAddress) -> Result<()> {
        self.take(&PICTURE_ADDRESS, address).await
    }
}

/// An e-mail address as a key: in one spelling, of fixed length, and readable by nobody.
fn account(email: &str) -> String {
    URL_SAFE_NO_PAD.encode(secret::sha256(email.trim().to_lowercase().as_bytes()))
}
