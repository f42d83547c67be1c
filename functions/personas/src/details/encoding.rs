//! Two parts of one body, the first compressed long before the second.
//!
//! Deflate blocks may follow one another (RFC 1951): the first part ends with a sync flush, which
//! aligns it to a byte, and the second is a stream of its own that ends the whole. They make one gzip
//! member (RFC 1952), whose checksum goes on from that of the first part. Two members would be valid as
//! well, but browsers stop at the end of the first.

use std::cell::RefCell;

use anyhow::anyhow;
use axum::http::header::{ACCEPT_ENCODING, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue};
use crc32fast::Hasher;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use platform::{Error, Result};

/// No name, no time, from a system that is not said (RFC 1952 §2.3).
const GZIP_HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// Marks this layout among whatever an older or newer release keeps under the same key.
const LAYOUT: u8 = 1;

thread_local! {
    /// Compresses second parts; it is large, and making it costs more than its work.
    static QUICK: RefCell<Compress> = RefCell::new(Compress::new(Compression::fast(), false));
}

/// How the body travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As it is.
    Identity,
    /// Compressed.
    Gzip,
}

/// The first part of a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Packed {
    checksum: u32,
    size: u32,
    deflated: Vec<u8>,
}

impl Packed {
    /// Compresses it well: it is sent many times.
    pub(crate) fn of(text: &[u8]) -> Result<Self> {
        let mut deflated = Vec::with_capacity(text.len() / 2);
        let mut compress = Compress::new(Compression::default(), false);
        deflate(&mut compress, text, &mut deflated, FlushCompress::Sync)?;
        let size = u32::try_from(text.len()).map_err(|error| Error::Internal(error.into()))?;
        Ok(Self { checksum: crc32fast::hash(text), size, deflated })
    }

    /// As a value to keep.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let [checksum, size] = [self.checksum, self.size].map(u32::to_le_bytes);
        [&[LAYOUT][..], &checksum, &size, &self.deflated].concat()
    }

    /// From a kept value; none when it has another layout.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(&[LAYOUT])?;
        let (checksum, rest) = rest.split_first_chunk::<4>()?;
        let (size, deflated) = rest.split_first_chunk::<4>()?;
        let [checksum, size] = [*checksum, *size].map(u32::from_le_bytes);
        Some(Self { checksum, size, deflated: deflated.to_owned() })
    }

    fn inflate(&self, room: usize) -> Result<Vec<u8>> {
        let size = self.size as usize;
        let mut text = Vec::with_capacity(size + room);
        let mut inflate = Decompress::new(false);
        inflate
            .decompress_vec(&self.deflated, &mut text, FlushDecompress::Sync)
            .map_err(|error| Error::Internal(error.into()))?;
        match text.len() == size && crc32fast::hash(&text) == self.checksum {
            true => Ok(text),
            false => Err(Error::Internal(anyhow!("a kept body is damaged"))),
        }
    }
}

impl Encoding {
    /// Gzip where the client takes it. What most of them like better cannot be joined from parts.
    pub(crate) fn accepted(headers: &HeaderMap) -> Self {
        let takes = |name: &str| {
            let lines =
                headers.get_all(ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
            let mut choices = lines.flat_map(|line| line.split(',')).map(choice);
            let named = choices.find(|(coding, _)| coding.eq_ignore_ascii_case(name));
            named.map(|(_, is_wanted)| is_wanted)
        };
        match takes("gzip").or_else(|| takes("*")) {
            Some(true) => Self::Gzip,
            _ => Self::Identity,
        }
    }

    /// For `Content-Encoding`.
    pub(crate) fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
        }
    }

    /// The whole body.
    pub(crate) fn join(self, first: &Packed, second: &[u8]) -> Result<Vec<u8>> {
        match self {
            Self::Identity => {
                let mut body = first.inflate(second.len())?;
                body.extend_from_slice(second);
                Ok(body)
            }
            Self::Gzip => gzip(first, second),
        }
    }
}

/// A coding of `Accept-Encoding`, and whether its weight is above nought.
fn choice(text: &str) -> (&str, bool) {
    let (coding, weight) = text.split_once(';').unwrap_or((text, "q=1"));
    let weight = weight.trim().strip_prefix("q=").and_then(|q| q.trim().parse::<f32>().ok());
    (coding.trim(), weight.is_some_and(|weight| weight > 0.0))
}

fn gzip(first: &Packed, second: &[u8]) -> Result<Vec<u8>> {
    let mut body = Vec::with_capacity(first.deflated.len() + second.len() / 2 + 64);
    body.extend_from_slice(&GZIP_HEADER);
    body.extend_from_slice(&first.deflated);
    QUICK.with_borrow_mut(|compress| {
        compress.reset();
        deflate(compress, second, &mut body, FlushCompress::Finish)
    })?;
    let mut checksum = Hasher::new_with_initial(first.checksum);
    checksum.update(second);
    let size = first.size.wrapping_add(u32::try_from(second.len()).unwrap_or(u32::MAX));
    body.extend_from_slice(&checksum.finalize().to_le_bytes());
    body.extend_from_slice(&size.to_le_bytes());
    Ok(body)
}

fn deflate(
    compress: &mut Compress,
    text: &[u8],
    out: &mut Vec<u8>,
    flush: FlushCompress,
) -> Result<()> {
    let begun = compress.total_in();
    loop {
        // Room is left over only when everything was written.
        out.reserve(text.len() / 2 + 64);
        let done = usize::try_from(compress.total_in() - begun).unwrap_or(usize::MAX);
        let status = compress
            .compress_vec(&text[done..], out, flush)
            .map_err(|error| Error::Internal(error.into()))?;
        let has_read_all = compress.total_in() - begun == text.len() as u64;
        if status == Status::StreamEnd || (has_read_all && out.len() < out.capacity()) {
            return Ok(());
        }
    }
}

/// True when the client has the answer of this tag, or any (`*`). Weak comparison (RFC 9110 §13.1.2).
pub(crate) fn is_known(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let Ok(tag) = tag.to_str().map(opaque) else { return false };
    let lines = headers.get_all(IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|known| known.trim() == "*" || opaque(known) == tag)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    fn accepted(lines: &[&str]) -> Encoding {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(ACCEPT_ENCODING, line.parse().unwrap());
        }
        Encoding::accepted(&headers)
    }

    #[test]
    fn gzip_is_chosen_where_it_is_taken() {
        let table: [(&[&str], Encoding); 8] = [
            (&[], Encoding::Identity),
            (&["gzip, deflate, br, zstd"], Encoding::Gzip),
            (&["br", "GZIP;q=0.5"], Encoding::Gzip),
            (&["gzip;q=0, *"], Encoding::Identity),
            (&["*"], Encoding::Gzip),
            (&["*;q=0"], Encoding::Identity),
            (&["identity"], Encoding::Identity),
            (&["gzip;q=nonsense"], Encoding::Identity),
        ];
        for (lines, expected) in table {
            assert_eq!(accepted(lines), expected, "{lines:?}");
        }
    }

    /// Text that deflate cannot shorten, of any length.
    fn noise(length: usize) -> Vec<u8> {
        let mut state = 1_u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        (0..length).map(|_| next()).collect()
    }

    #[test]
    fn two_parts_make_one_gzip_member_and_the_same_plain_body() {
        let story = "Zofia mieszka w Krakowie. ".repeat(2_000).into_bytes();
        for first in [Vec::new(), b"{\"a\":1,".to_vec(), story, noise(70_000)] {
            for second in [b"}".to_vec(), b"[1,2,3]}".repeat(300), noise(5_000)] {
                let whole = [&first[..], &second].concat();
                let packed = Packed::of(&first).unwrap();
                let kept = Packed::from_bytes(&packed.to_bytes()).unwrap();

                let gzip = Encoding::Gzip.join(&kept, &second).unwrap();

                // One member: a decoder of a single one reads all of it.
                let mut decoder = GzDecoder::new(&gzip[..]);
                let mut text = Vec::new();
                decoder.read_to_end(&mut text).unwrap();
                assert_eq!(text, whole);
                assert!(decoder.into_inner().is_empty(), "nothing is left behind it");
                assert_eq!(Encoding::Identity.join(&kept, &second).unwrap(), whole);
            }
        }
    }

    #[test]
    fn a_kept_value_of_another_layout_is_none() {
        assert_eq!(Packed::from_bytes(b""), None);
        assert_eq!(Packed::from_bytes(b"{\"id\":1}"), None);
        assert_eq!(Packed::from_bytes(&[LAYOUT, 1, 2]), None);
    }

    #[test]
    fn a_damaged_value_is_an_error_and_not_an_answer() {
        let mut packed = Packed::of(b"{\"a\":1}").unwrap();
        packed.checksum ^= 1;

        assert!(Encoding::Identity.join(&packed, b"}").is_err());
    }

    #[test]
    fn a_tag_is_known_in_any_list_and_strength() {
        let tag = HeaderValue::from_static("W/\"7.\"");
        let known = |line: &'static str| {
            is_known(&HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static(line))]), &tag)
        };

        assert!(known("W/\"7.\"") && known("\"7.\"") && known("\"1\", W/\"7.\"") && known("*"));
        assert!(!known("\"77.\"") && !known("7") && !is_known(&HeaderMap::new(), &tag));
    }
}
