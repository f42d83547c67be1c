//! Tokens that should open nothing.

use chrono::Duration;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use platform::{Authenticator, Clock};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use shared::id::SessionId;

use crate::app::{TestApp, User};

/// What signs every test's tokens.
pub(crate) fn secret_key() -> SecretString {
    SecretString::from("a secret of thirty-two bytes or more")
}

impl TestApp {
    /// The same sign-in with a token of our own key that was made for somebody else's service.
    pub fn misdirected(&self, user: &User) -> User {
        let mut claims = claims(&user.token);
        claims["aud"] = json!("another-api");
        let secret = secret_key();
        let key = EncodingKey::from_secret(secret.expose_secret().as_bytes());
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).unwrap();
        User { id: user.id, token }
    }

    /// The same sign-in with a token that has just expired.
    pub fn expired(&self, user: &User) -> User {
        let claims = claims(&user.token);
        let text = |name: &str| claims[name].as_str().unwrap();
        let life = Duration::minutes(30);
        let then = Clock::manual(self.parts.clock.now() - life);
        let past = Authenticator::new(self.parts.side.clone(), then, &secret_key(), life);
        let session = SessionId(text("sid").parse().unwrap());
        User { id: user.id, token: past.sign(user.id, session, text("email")).unwrap() }
    }
}

fn claims(token: &str) -> Value {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.validate_exp = false;
    rules.validate_aud = false;
    let secret = secret_key();
    let key = DecodingKey::from_secret(secret.expose_secret().as_bytes());
    jsonwebtoken::decode::<Value>(token, &key, &rules).unwrap().claims
}
