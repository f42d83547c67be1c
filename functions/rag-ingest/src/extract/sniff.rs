//! What a file is: by its first bytes, whatever its name and its sender say.

shared::words! {
    /// What we read.
    pub enum FileType {
        /// Comma-separated values.
        Csv = "csv",
        /// Word.
        Docx = "docx",
        /// A web page.
        Html = "html",
        Markdown = "md",
        /// Portable Document Format.
        Pdf = "pdf",
        /// PowerPoint.
        Pptx = "pptx",
        Text = "txt",
        /// Excel.
        Xlsx = "xlsx",
    }
}

/// How many bytes of a file are enough to tell.
pub(crate) const SNIFFED: usize = 4_096;

impl FileType {
    /// Zips of XML, each with the folder of its parts.
    const OFFICE: [(Self, &'static str); 3] =
        [(Self::Docx, "word/"), (Self::Pptx, "ppt/"), (Self::Xlsx, "xl/")];

    /// What the store is told.
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Html => "text/html",
            Self::Markdown => "text/markdown",
            Self::Pdf => "application/pdf",
            Self::Pptx => {
                "application/vnd.openxmlformats-officedocument.presentationml.presentation"
            }
            Self::Text => "text/plain",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }

    /// The type that a name claims.
    pub(crate) fn of_name(name: &str) -> Option<Self> {
        let (_, ending) = name.rsplit_once('.')?;
        Some(match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" => Self::Csv,
            "docx" => Self::Docx,
            "html" | "htm" | "xhtml" => Self::Html,
            "md" | "markdown" => Self::Markdown,
            "pdf" => Self::Pdf,
            "pptx" => Self::Pptx,
            "xlsx" => Self::Xlsx,
            "txt" | "text" => Self::Text,
            _ => return None,
        })
    }

    /// What a file with these first bytes is. A PDF or a zip is one whatever it is called; of texts,
    /// which all look alike, the name says which kind; a name that claims a PDF or a file of Office over
    /// something else is wrong. None for what we do not read.
    pub(crate) fn of(name: &str, start: &[u8]) -> Option<Self> {
        let claimed = Self::of_name(name)?;
        if start.starts_with(b"PK\x03\x04") {
            return Some(claimed.or_office(start));
        }
        // The format allows other bytes before its mark, and real files have them.
        if has(&start[..start.len().min(1_024)], "%PDF-") {
            return Some(Self::Pdf);
        }
        // Office before 2007, and any of its files that has a password: the extractor says which of both helps.
        if start.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Some(claimed.or_office(&[]));
        }
        if claimed == Self::Pdf || claimed.is_office() || !is_text(start) {
            return None;
        }
        Some(if looks_like_html(start) { Self::Html } else { claimed })
    }

    fn is_office(self) -> bool {
        Self::OFFICE.iter().any(|(known, _)| *known == self)
    }

    /// Which zip of XML this is: the parts at its beginning say so by their names, else the file's own name.
    fn or_office(self, start: &[u8]) -> Self {
        let mut said = Self::OFFICE.iter().filter(|(_, folder)| has(start, folder));
        match (said.next(), said.next()) {
            (Some((one, _)), None) => *one,
            _ if self.is_office() => self,
            _ => Self::Docx,
        }
    }
}

fn has(start: &[u8], text: &str) -> bool {
    start.windows(text.len()).any(|window| window == text.as_bytes())
}

/// UTF-16 says so with its first two bytes; every other text has no zero byte.
fn is_text(start: &[u8]) -> bool {
    let is_utf16 = start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]);
    is_utf16 || !start.contains(&0)
}

fn looks_like_html(start: &[u8]) -> bool {
    let start = String::from_utf8_lossy(start).trim_start_matches('\u{feff}').to_ascii_lowercase();
    let start = start.trim_start();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_decide_and_names_only_between_texts() {
        for (name, start, expected) in [
            ("a.pdf", &b"%PDF-1.7"[..], Some(FileType::Pdf)),
            ("a.txt", b"%PDF-1.7", Some(FileType::Pdf)),
            ("a.pdf", b"PK\x03\x04", Some(FileType::Docx)),
            ("a.docx", &[0xd0, 0xcf, 0x11, 0xe0], Some(FileType::Docx)),
            ("a.xlsx", &[0xd0, 0xcf, 0x11, 0xe0], Some(FileType::Xlsx)),
            ("a.xls", &[0xd0, 0xcf, 0x11, 0xe0], None),
            ("a.xlsx", b"PK\x03\x04 [Content_Types].xml", Some(FileType::Xlsx)),
            ("a.docx", b"PK\x03\x04 xl/workbook.xml", Some(FileType::Xlsx)),
            ("a.xlsx", b"PK\x03\x04 ppt/presentation.xml", Some(FileType::Pptx)),
            ("a.pptx", b"plain words", None),
            ("a.docx", b"plain words", None),
            ("a.pdf", b"plain words", None),
            ("a.md", b"# Kawa", Some(FileType::Markdown)),
            ("a.txt", b"<!DOCTYPE HTML><p>", Some(FileType::Html)),
            ("a.csv", b"a;b", Some(FileType::Csv)),
            ("a.txt", b"a\0b", None),
            ("a.txt", &[0xff, 0xfe, b'a', 0], Some(FileType::Text)),
            ("a.exe", b"MZ", None),
            ("pdf", b"%PDF-1.7", None),
        ] {
            assert_eq!(FileType::of(name, start), expected, "{name}");
        }
    }
}
