//! How a file is sent: as it is, or packed by gzip.

use std::io::Read;

use axum::body::Bytes;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use flate2::bufread::MultiGzDecoder;
use platform::Error;
use shared::{FieldError, Result};

use super::file::invalid;

/// The most bytes of a file, once it is unpacked: twice what 10,000 people with some six kilobytes each are.
const LONGEST_FILE: usize = 128 << 20;

shared::words! {
    /// What was done to a file before it was sent, by the words of `Content-Encoding`.
    pub(crate) enum Packing {
        /// Nothing.
        Identity = "identity",
        /// RFC 1952; `x-gzip` is not taken.
        Gzip = "gzip",
    }
}

impl Packing {
    /// What the headers say.
    pub(super) fn declared(headers: &HeaderMap) -> platform::Result<Self> {
        let Some(word) = headers.get(CONTENT_ENCODING) else { return Ok(Self::Identity) };
        let word = word.to_str().unwrap_or_default().to_ascii_lowercase();
        Self::parse(&word).ok_or_else(|| {
            let errors = vec![FieldError::new("content-encoding", "must be gzip, or left out")];
            Error::Malformed { location: "header", errors }
        })
    }

    /// The file of a body, unpacked up to the bound and no further.
    ///
    /// # Errors
    /// When it is larger, breaks off, or is not packed like that.
    pub(crate) fn unpacked(self, body: Bytes) -> Result<Bytes> {
        if self == Self::Identity {
            return Ok(body);
        }
        // Room for the largest at once: a list that grows is copied beside itself, and memory that nobody writes to is
        // none.
        let mut file = Vec::with_capacity(LONGEST_FILE + 1);
        MultiGzDecoder::new(&body[..])
            .take(LONGEST_FILE as u64 + 1)
            .read_to_end(&mut file)
            .map_err(|error| invalid("file", format!("cannot be unpacked: {error}")))?;
        match file.len() <= LONGEST_FILE {
            true => Ok(file.into()),
            false => Err(shared::Error::TooLarge("file: must have at most 128 MiB unpacked")),
        }
    }
}
