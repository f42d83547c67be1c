//! Secrets that we make: tokens that nobody can guess, stored only as hashes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Error, Result};

/// 256 random bits as text.
///
/// # Panics
/// When the operating system has no randomness, and then nothing is safe.
pub fn random_token() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A seed for a population whose researcher named none: below 2^53, so that JavaScript keeps it.
///
/// # Panics
/// As [`random_token`].
pub fn random_seed() -> shared::Seed {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).expect("the operating system has randomness");
    shared::Seed(u64::from_le_bytes(bytes) & shared::Seed::MAX)
}

/// What is stored of a token, and what requests are recognised by.
pub fn sha256(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

/// The same of a value's JSON: what inputs and requests are told apart by.
pub fn sha256_of(value: &impl Serialize) -> Result<[u8; 32]> {
    let json = serde_json::to_vec(value).map_err(|error| Error::Internal(error.into()))?;
    Ok(sha256(&json))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
