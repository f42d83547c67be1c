//! The limits of those who have no token yet: per account, and wider per client address, behind
//! which a whole office may sit. Rates of the client's contract, §0.4.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use shared::account::fold_address;

use super::class::Rule;
use super::{ClientAddress, Limiter};
use crate::{Result, secret};

/// Wrong passwords for one account from one address.
const LOGIN: Rule = Rule::a_minute("login", 5);
/// Ours: the same for longer. One address alone is far from the account's own ceiling, so it keeps out nobody
/// but itself.
const LOGIN_HERE: Rule = Rule::an_hour("login-here", 10);
/// Ours: wrong passwords for one account from everywhere together, so that many addresses do not guess
/// without an end. It refuses no address from which the account has signed in before.
const LOGIN_ACCOUNT: Rule = Rule::an_hour("login-account", 50);
const LOGIN_ADDRESS: Rule = Rule::a_minute("login-address", 30);
const REGISTER: Rule = Rule::a_minute("register", 3);
const REGISTER_ADDRESS: Rule = Rule::a_minute("register-address", 30);
const REFRESH_ADDRESS: Rule = Rule::a_minute("refresh-address", 30);
const EMAIL_TOKENS_BY_ADDRESS: Rule = Rule::a_minute("proof-address", 30);
/// Ours: the contract has no e-mails. Enough for a person, too few to flood somebody's mailbox.
const EMAILS: Rule = Rule::an_hour("letter", 5);
const EMAILS_BY_ADDRESS: Rule = Rule::a_minute("letter-address", 30);
/// Ours: whoever guesses at links.
const LINK_ADDRESS: Rule = Rule::a_minute("link-address", 30);
/// Ours: a page of avatars behind an office's one address, which the browser then keeps for a year.
const PICTURE_ADDRESS: Rule = Rule::a_minute("picture-address", 600);
/// Ours: an office of fifty people whose connection breaks comes back a few times.
const SOCKET_ADDRESS: Rule = Rule::a_minute("socket-address", 600);

#[cfg(test)]
pub(super) const RULES: [Rule; 13] = [
    LOGIN,
    LOGIN_HERE,
    LOGIN_ACCOUNT,
    LOGIN_ADDRESS,
    REGISTER,
    REGISTER_ADDRESS,
    REFRESH_ADDRESS,
    EMAIL_TOKENS_BY_ADDRESS,
    EMAILS,
    EMAILS_BY_ADDRESS,
    LINK_ADDRESS,
    PICTURE_ADDRESS,
    SOCKET_ADDRESS,
];

/// An attempt to prove a password. It counts as a wrong one, also while it is being checked, so that many at
/// once are no way round the limits, until it is said to be right.
#[must_use = "a right password that is not said to be right counts as a wrong one"]
pub struct SignInAttempt {
    limiter: Limiter,
    counted: Vec<(Rule, String)>,
}

impl SignInAttempt {
    /// The password was right: the attempt counts no more.
    pub async fn was_right(self) {
        self.give_back().await;
    }

    async fn give_back(&self) {
        for (rule, who) in &self.counted {
            self.limiter.give_back(rule, who).await;
        }
    }
}

impl Limiter {
    /// Counts an attempt to sign in. All of an address are 30 a minute. Wrong ones are 5 a minute and 10 an
    /// hour for an account from one address, whether or not there is such an account, so that an address keeps
    /// nobody out but who shares it; and 50 an hour for an account from everywhere, of which one address has
    /// at most its 10, and beyond which only addresses that the account knows go on.
    ///
    /// # Errors
    /// 429 when a limit is reached, and what `is_known` fails with.
    pub async fn sign_in(
        &self,
        email: &str,
        address: ClientAddress,
        is_known: impl Future<Output = Result<bool>>,
    ) -> Result<SignInAttempt> {
        self.take(&LOGIN_ADDRESS, address).await?;
        let account = account(email);
        let here = format!("{account}:{address}");
        // The longer wait first: who is refused is told when to come back with success.
        let mut attempt = SignInAttempt { limiter: self.clone(), counted: Vec::with_capacity(3) };
        for rule in [LOGIN_HERE, LOGIN] {
            if let Err(refused) = self.take(&rule, &here).await {
                attempt.give_back().await;
                return Err(refused);
            }
            attempt.counted.push((rule, here.clone()));
        }
        match self.count(&LOGIN_ACCOUNT, &account).await.filter(|quota| !quota.is_within) {
            None => attempt.counted.push((LOGIN_ACCOUNT, account)),
            Some(beyond) => {
                if !is_known.await? {
                    // A refused request does not count.
                    attempt.give_back().await;
                    beyond.note();
                    beyond.verdict()?;
                }
            }
        }
        Ok(attempt)
    }

    /// Counts an attempt to register: 3 a minute for an e-mail address, 30 for a client address.
    pub async fn register(&self, email: &str, address: ClientAddress) -> Result<()> {
        self.take(&REGISTER_ADDRESS, address).await?;
        self.take(&REGISTER, account(email)).await
    }

    /// Counts an exchange of a refresh token: 30 a minute for an address. The token itself cannot be
    /// guessed, so there is nothing to protect per account.
    pub async fn refresh(&self, address: ClientAddress) -> Result<()> {
        self.take(&REFRESH_ADDRESS, address).await
    }

    /// Counts a use of a token from an e-mail: 30 a minute for an address, because the token cannot be
    /// guessed either.
    pub async fn email_token(&self, address: ClientAddress) -> Result<()> {
        self.take(&EMAIL_TOKENS_BY_ADDRESS, address).await
    }

    /// Counts a request for an e-mail, whether or not it is ever written: 5 an hour to an e-mail address,
    /// 30 a minute from a client address.
    pub async fn email(&self, email: &str, address: ClientAddress) -> Result<()> {
        self.take(&EMAILS_BY_ADDRESS, address).await?;
        self.take(&EMAILS, account(email)).await
    }

    /// Counts an e-mail that nobody asked for, such as the one to a new account, among the 5 an hour to its
    /// e-mail address. False when there were as many; the answer to the request does not say so.
    pub async fn email_unasked(&self, email: &str) -> bool {
        self.count(&EMAILS, account(email)).await.is_none_or(|quota| quota.is_within)
    }

    /// Counts a picture that anybody may see: 600 a minute for an address.
    pub async fn picture(&self, address: ClientAddress) -> Result<()> {
        self.take(&PICTURE_ADDRESS, address).await
    }

    /// Counts a socket that is asked for with a ticket: 600 a minute for an address.
    pub async fn socket_of(&self, address: ClientAddress) -> Result<()> {
        self.take(&SOCKET_ADDRESS, address).await
    }

    /// Counts a look at what a link shows to whoever has it: 30 a minute for an address. The token cannot be
    /// guessed; the limit is on our work.
    pub async fn link(&self, address: ClientAddress) -> Result<()> {
        self.take(&LINK_ADDRESS, address).await
    }
}

/// An e-mail address as a key: in one spelling, of fixed length, and readable by nobody.
fn account(email: &str) -> String {
    URL_SAFE_NO_PAD.encode(secret::sha256(fold_address(email).as_bytes()))
}
