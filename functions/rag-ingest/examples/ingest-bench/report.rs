//! A report as people upload them: headings, running text, a head and a foot on every page.

use std::fmt::Write;

use rand::RngExt;
use shared::Seed;

const LINES: u64 = 40;
const WORDS_IN_LINE: u64 = 11;
const WORDS: [&str; 32] = [
    "market",
    "coffee",
    "households",
    "share",
    "growth",
    "the",
    "of",
    "and",
    "in",
    "discount",
    "stores",
    "survey",
    "respondents",
    "price",
    "prices",
    "quarter",
    "online",
    "shopping",
    "brand",
    "loyalty",
    "young",
    "adults",
    "regional",
    "income",
    "spending",
    "declined",
    "increased",
    "products",
    "private",
    "labels",
    "weekly",
    "consumption",
];

/// A PDF of so many pages of about 3,000 characters, each with a picture of so many bytes.
pub(super) fn pdf(pages: usize, picture: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", 4 + 3 * page)).collect();
    let mut objects = vec![
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        format!("<< /Type /Pages /Kids [{}] /Count {pages} >>", kids.join(" ")),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
            .to_owned(),
    ];
    for page in 0..pages {
        let content = content(page as u64);
        objects.push(format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {} 0 R \
             /Resources << /Font << /F1 3 0 R >> /XObject << /Im1 {} 0 R >> >> >>",
            5 + 3 * page,
            6 + 3 * page
        ));
        objects.push(format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()));
        objects.push(drawing(page as u64, picture));
    }
    file(&objects)
}

/// A picture as it is, without compression: what it shows is chance.
fn drawing(page: u64, bytes: usize) -> String {
    let mut rng = Seed(page).child("picture", 0).rng();
    let pixels: String = (0..bytes).map(|_| char::from(rng.random_range(b'!'..b'~'))).collect();
    format!(
        "<< /Type /XObject /Subtype /Image /Width {bytes} /Height 1 /BitsPerComponent 8 \
         /ColorSpace /DeviceGray /Length {bytes} >>\nstream\n{pixels}\nendstream"
    )
}

fn content(page: u64) -> String {
    let mut drawn = String::from("BT /F1 8 Tf 50 815 Td (Coffee market report 2026) Tj ET\n");
    let _ = writeln!(drawn, "BT /F1 16 Tf 50 780 Td (Chapter {}) Tj ET", page + 1);
    drawn.push_str("BT /F1 10 Tf 50 750 Td\n");
    for line in 0..LINES {
        let word = |at: u64| {
            let chance = Seed(page).child("word", line * WORDS_IN_LINE + at).0;
            WORDS[usize::try_from(chance % WORDS.len() as u64).unwrap()]
        };
        let words: Vec<&str> = (0..WORDS_IN_LINE).map(word).collect();
        let end = if line % 5 == 4 { "." } else { "" };
        let gap = if line % 10 == 0 { 24 } else { 14 };
        let figure = 3 * page + line;
        let _ = writeln!(drawn, "0 -{gap} Td ({} {figure}%{end}) Tj", words.join(" "));
    }
    let _ = write!(
        drawn,
        "ET\nq 200 0 0 80 50 100 cm /Im1 Do Q\nBT /F1 8 Tf 50 30 Td (page {} of many) Tj ET",
        page + 1
    );
    drawn
}

fn file(objects: &[String]) -> Vec<u8> {
    let mut file = b"%PDF-1.4\n".to_vec();
    let mut places = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let (start, count) = (file.len(), objects.len() + 1);
    file.extend_from_slice(format!("xref\n0 {count}\n0000000000 65535 f \n").as_bytes());
    for place in places {
        file.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let trailer = format!("trailer\n<< /Size {count} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
    file.extend_from_slice(trailer.as_bytes());
    file
}
