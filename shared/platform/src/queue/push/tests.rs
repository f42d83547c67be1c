//! Google's tokens, with keys that a server of the test publishes.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use axum::Router;
use axum::routing::get;
use chrono::{DateTime, Duration};
use jsonwebtoken::jwk::Jwk;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::*;

/// An RSA private key of 2,048 bits begins here in its PKCS #8 envelope.
const ENVELOPE: usize = 26;
const AUDIENCE: &str = "https://worker.example/internal/events/persona-generate";
const ACCOUNT: &str = "push@sight.iam.gserviceaccount.com";

/// Where Google's keys are published, in a test's hand.
struct Publisher {
    url: String,
    keys: Arc<Mutex<Vec<Jwk>>>,
    asked: Arc<AtomicUsize>,
}

impl Publisher {
    async fn start() -> Self {
        let (keys, asked): (Arc<Mutex<Vec<Jwk>>>, Arc<AtomicUsize>) = Default::default();
        let (shelf, count) = (Arc::clone(&keys), Arc::clone(&asked));
        let serve = move || {
            count.fetch_add(1, Ordering::SeqCst);
            let body = json!({ "keys": *shelf.lock().unwrap() }).to_string();
            async move { body }
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("http://{}/certs", listener.local_addr().unwrap());
        let router = Router::new().route("/certs", get(serve));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, keys, asked }
    }

    /// Publishes a new key of this id, and gives the half that signs.
    fn publish(&self, id: &str) -> EncodingKey {
        let (signing, mut public) = new_key();
        public.common.key_id = Some(id.to_owned());
        self.keys.lock().unwrap().push(public);
        signing
    }

    fn verifier(&self) -> Verifier {
        Verifier::google(&self.url, AUDIENCE.to_owned(), ACCOUNT.to_owned(), clock())
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn new_key() -> (EncodingKey, Jwk) {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let signing = EncodingKey::from_rsa_der(&der.as_ref()[ENVELOPE..]);
    let public = Jwk::from_encoding_key(&signing, Algorithm::RS256).unwrap();
    (signing, public)
}

fn clock() -> Clock {
    Clock::manual(DateTime::from_timestamp(1_767_323_045, 0).unwrap())
}

/// The claims of a good token, as Pub/Sub's push carries them.
fn claims() -> Value {
    let now = clock().now();
    json!({
        "iss": "https://accounts.google.com",
        "aud": AUDIENCE,
        "email": ACCOUNT,
        "email_verified": true,
        "sub": "113774264463038321964",
        "azp": "113774264463038321964",
        "iat": now.timestamp(),
        "exp": (now + Duration::hours(1)).timestamp(),
    })
}

fn sign(key: &EncodingKey, id: Option<&str>, claims: &Value) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = id.map(str::to_owned);
    jsonwebtoken::encode(&header, claims, key).unwrap()
}

fn with(name: &str, value: Value) -> Value {
    let mut claims = claims();
    claims[name] = value;
    claims
}

#[tokio::test]
async fn a_token_of_our_own_subscription_is_accepted_and_its_key_is_asked_for_once() {
    let google = Publisher::start().await;
    let (key, verifier) = (google.publish("one"), google.verifier());

    for issuer in GOOGLE_ISSUERS {
        let token = sign(&key, Some("one"), &with("iss", json!(issuer)));
        verifier.verify(&token).await.unwrap();
    }

    assert_eq!(google.asked(), 1);
}

#[tokio::test]
async fn a_token_with_one_wrong_claim_is_refused() {
    let google = Publisher::start().await;
    let (key, verifier) = (google.publish("one"), google.verifier());
    let now = clock().now().timestamp();
    let wrong = [
        ("iss", json!("https://accounts.example.com")),
        ("iss", json!(LOCAL_ISSUER)),
        ("aud", json!("https://worker.example/internal/events/another")),
        ("aud", Value::Null),
        ("email", json!("push@another.iam.gserviceaccount.com")),
        ("email_verified", json!(false)),
        ("exp", json!(now)),
        ("exp", Value::Null),
    ];

    verifier.verify(&sign(&key, Some("one"), &claims())).await.expect("unchanged it is good");
    for (name, value) in wrong {
        let token = sign(&key, Some("one"), &with(name, value.clone()));
        assert!(verifier.verify(&token).await.is_err(), "{name}: {value}");
    }
}

#[tokio::test]
async fn a_token_of_another_key_algorithm_or_without_a_signature_is_refused() {
    let google = Publisher::start().await;
    let (key, verifier) = (google.publish("one"), google.verifier());
    let good = sign(&key, Some("one"), &claims());
    let (signed, signature) = good.rsplit_once('.').unwrap();
    // The public key as a shared secret: whoever checks by the token's own algorithm falls for it.
    let public = google.keys.lock().unwrap()[0].clone();
    let public = EncodingKey::from_secret(json!(public).to_string().as_bytes());
    let mut header = Header::new(Algorithm::HS256);
    header.kid = Some("one".to_owned());
    let confused = jsonwebtoken::encode(&header, &claims(), &public).unwrap();
    let local = Verifier::local(b"the key of a bus", clock()).sign().unwrap();

    let forged = [
        sign(&new_key().0, Some("one"), &claims()),
        sign(&key, None, &claims()),
        sign(&key, Some("two"), &claims()),
        confused,
        local,
        format!("{signed}."),
        format!("{signed}.{}", &signature[1..]),
        String::new(),
    ];
    for token in forged {
        assert!(verifier.verify(&token).await.is_err(), "{token}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_new_key_is_asked_for_and_invented_ones_do_not_make_us_ask_each_time() {
    let google = Publisher::start().await;
    let (old, verifier) = (google.publish("one"), google.verifier());
    verifier.verify(&sign(&old, Some("one"), &claims())).await.unwrap();
    google.keys.lock().unwrap().clear();
    let new = google.publish("two");

    for i in 0..20 {
        let invented = sign(&old, Some(&format!("invented-{i}")), &claims());
        assert!(verifier.verify(&invented).await.is_err());
    }
    assert_eq!(google.asked(), 1);
    tokio::time::advance(std::time::Duration::from_secs(31)).await;
    verifier.verify(&sign(&new, Some("two"), &claims())).await.unwrap();

    assert_eq!(google.asked(), 2);
    assert!(verifier.verify(&sign(&old, Some("one"), &claims())).await.is_err(), "withdrawn");
}

#[tokio::test]
async fn without_googles_keys_nobody_is_let_in() {
    let google = Publisher::start().await;
    let key = google.publish("one");
    let gone = TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap();
    let certs = format!("http://{gone}/certs");
    let verifier = Verifier::google(&certs, AUDIENCE.to_owned(), ACCOUNT.to_owned(), clock());

    assert!(verifier.verify(&sign(&key, Some("one"), &claims())).await.is_err());
}
