//! Code pages of Polish texts that browsers do not know: of DOS and of old Macintoshes. Detectors made for the web
//! take them for others.

use encoding_rs::Encoding;

/// CP852: the letters of the bytes from 128 on (Unicode's mapping `CP852.TXT`).
const DOS: &str = "\
    ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×č\
    áíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐\
    └┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀\
    ÓßÔŃńňŠšŔÚŕŰýÝţ´\u{ad}˝˛ˇ˘§÷¸°¨˙űŘř■\u{a0}";
/// Mac Central European (Unicode's mapping `CENTEURO.TXT`).
const MACINTOSH: &str = "\
    ÄĀāÉĄÖÜáąČäčĆćéŹźĎíďĒēĖóėôöõúĚěü\
    †°Ę£§•¶ß®©™ę¨≠ģĮįĪ≤≥īĶ∂∑łĻļĽľĹĺŅ\
    ņŃ¬√ńŇ∆«»…\u{a0}ňŐÕőŌ–—“”‘’÷◊ōŔŕŘ‹›řŖ\
    ŗŠ‚„šŚśÁŤťÍŽžŪÓÔūŮÚůŰűŲųÝýķŻŁżĢˇ";
/// Letters that Polish has and English has not.
const POLISH: &str = "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ";
/// The share of Polish letters, among the signs beyond ASCII, from which on a text is Polish, and above which what was
/// guessed may be right. In three Polish sentences it is 1 in their own code page, at most 0.5 in the other of
/// these two, and at most 0.2 in those of the web.
const SURE: f64 = 0.9;
const UNSURE: f64 = 0.5;
/// Bytes beyond ASCII that a text must have to tell.
const FEWEST: usize = 4;

/// How much of a text is looked at: so much has letters enough, and a large file is not held three times.
const LOOKED_AT: usize = 1 << 16;

/// The text in one of these code pages, where its beginning is Polish there and not in `guess`.
pub(super) fn decode(file: &[u8], guess: &'static Encoding) -> Option<String> {
    let start = &file[..file.len().min(LOOKED_AT)];
    let count = start.iter().filter(|byte| !byte.is_ascii()).count();
    if count < FEWEST || polish(&guess.decode_without_bom_handling(start).0) > UNSURE {
        return None;
    }
    let table = [DOS, MACINTOSH].into_iter().find(|table| polish(&read(start, table)) >= SURE);
    table.map(|table| read(file, table))
}

fn read(file: &[u8], table: &str) -> String {
    let letters: Vec<char> = table.chars().collect();
    let letter = |byte: &u8| match byte {
        0..=127 => char::from(*byte),
        _ => letters[usize::from(*byte) - 128],
    };
    file.iter().map(letter).collect()
}

/// The share of Polish letters among the signs beyond ASCII.
fn polish(text: &str) -> f64 {
    let others = || text.chars().filter(|letter| !letter.is_ascii());
    let polish = others().filter(|letter| POLISH.contains(*letter)).count();
    polish as f64 / others().count().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_a_letter_for_each_byte() {
        for table in [DOS, MACINTOSH] {
            assert_eq!(table.chars().count(), 128);
        }
    }
}
