//! The e-mail to somebody whom a comment mentions.

use platform::mail::Email;
use shared::Language;
use shared::text::excerpt;
use uuid::Uuid;

/// Characters of the comment that its e-mail shows: enough to know what it is about.
const EXCERPT: usize = 140;
/// Characters of its author's name.
const NAME: usize = 80;

/// A comment that mentions its reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mention {
    pub(crate) comment_id: Uuid,
    /// The name that its author gave themselves.
    pub(crate) author: String,
    pub(crate) text: String,
    /// Of its project: nobody has said which one the reader prefers.
    pub(crate) language: Language,
}

impl Mention {
    /// It opens nothing by itself: whoever follows the link signs in, and sees the comment if they may.
    pub(crate) fn email(&self, to: &str, public_url: &str) -> Email {
        let (subject, text) = self.language.pick(
            ("Sight: a comment mentions you", include_str!("emails/mention.en.txt")),
            ("Sight: komentarz, który wspomina o Tobie", include_str!("emails/mention.pl.txt")),
        );
        let link = format!("{public_url}/inbox?comment={}", self.comment_id);
        // What people wrote comes last, and no name is taken for a place to fill.
        let author = excerpt(&self.author, NAME).replace(['{', '}'], "");
        let text = text
            .replace("{link}", &link)
            .replace("{author}", &author)
            .replace("{excerpt}", &excerpt(&self.text, EXCERPT));
        Email { to: to.to_owned(), subject: subject.to_owned(), text }
    }
}
