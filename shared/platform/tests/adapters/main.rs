//! Adapters against the real thing, or the emulator of it, with one suite for all variants.
#![expect(clippy::unwrap_used, reason = "a broken test should stop")]

mod mail;
mod storage;
