//! Where a page of a list that has the newest first begins.

use chrono::{DateTime, Utc};
use platform::{Error, Result};
use shared::FieldError;
use uuid::Uuid;

/// The last row of the page before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) at: DateTime<Utc>,
    pub(crate) id: Uuid,
}

impl Cursor {
    /// As `X-Next-Cursor` says it.
    pub(crate) fn text(at: DateTime<Utc>, id: impl Into<Uuid>) -> String {
        format!("{}_{}", at.timestamp_micros(), id.into().simple())
    }

    /// What a request brings.
    ///
    /// # Errors
    /// 422 for what no answer has said.
    pub(crate) fn read(text: Option<&str>) -> Result<Option<Self>> {
        let Some(text) = text else { return Ok(None) };
        let parsed = text.split_once('_').and_then(|(at, id)| {
            let at = DateTime::from_timestamp_micros(at.parse().ok()?)?;
            Some(Self { at, id: id.parse().ok()? })
        });
        let rule = "must be the X-Next-Cursor of a page before";
        let refused = || vec![FieldError::new("cursor", rule)];
        let cursor =
            parsed.ok_or_else(|| Error::Malformed { location: "query", errors: refused() })?;
        Ok(Some(cursor))
    }

    /// Its two halves, as a query takes them.
    pub(crate) fn halves(cursor: Option<Self>) -> (Option<DateTime<Utc>>, Option<Uuid>) {
        (cursor.map(|cursor| cursor.at), cursor.map(|cursor| cursor.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_comes_back_as_it_went_and_nothing_else_does() {
        let at = DateTime::from_timestamp_micros(1_700_000_000_123_456).unwrap();
        let id = Uuid::from_u128(7);

        let read = Cursor::read(Some(&Cursor::text(at, id))).unwrap();

        assert_eq!(read, Some(Cursor { at, id }));
        for text in ["", "7", "x_y", "1_", "9223372036854775807_00000000000000000000000000000007"] {
            assert!(Cursor::read(Some(text)).is_err(), "{text}");
        }
    }
}
