//! Where sentences end, in Polish and in English.

/// Abbreviations that stand before the rest of their sentence. Lower case; the dot is theirs.
const ABBREVIATIONS: &str = "abp al ang approx art aut avg bp ca cdn corp dept doc dr ds ed eds \
    etc est figs fr gen gm godz gr hab im inc inż itd itp jr jw kard kl kpt kw ks kwiet lek lic \
    lp łac m mar maks max mec med mgr mies min mjr mkw mld mln mr mrs ms nb niem nt np ob ok oprac \
    os osz pl płk pn por poz pow poł prof pow proc przyp ps pt pw r red rozdz rtm ry sek sen \
    ser sgt śp sp sr st św tel tj tłum tow tys tzn tzw ub ul ur vs viz w wew wg wk \
    woj wsch wyd wym zach zał zam zazn zb zł zm zn zob śr";
/// Words that are abbreviations only before a number: `no. 7`, `s. 12`.
const BEFORE_NUMBERS: &str = "no nos p pp s sec ch vol art fig nr pkt poz rys str tab ust";
/// What may close a sentence behind its mark.
const CLOSERS: &str = "\"'”’»)]}";

/// The sentences of a text, in order, without the white space between them. An unclear mark ends
/// nothing: two sentences in one do no harm, a sentence in two does.
pub fn sentences(text: &str) -> Vec<&str> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for (at, mark) in text.char_indices() {
        let after = at + mark.len_utf8();
        if after <= start {
            continue;
        }
        let end = match mark {
            '.' | '!' | '?' | '…' => end_behind(&text[start..], after - start, mark),
            '\n' if text[after..].starts_with('\n') => Some(after - start),
            _ => None,
        };
        if let Some(end) = end {
            push(&mut sentences, &text[start..start + end]);
            start += end;
        }
    }
    push(&mut sentences, &text[start..]);
    sentences
}

fn push<'a>(sentences: &mut Vec<&'a str>, sentence: &'a str) {
    let sentence = sentence.trim();
    if !sentence.is_empty() {
        sentences.push(sentence);
    }
}

/// Where a sentence ends whose mark ends at `after`; `None` when it goes on.
fn end_behind(text: &str, after: usize, mark: char) -> Option<usize> {
    let rest = &text[after..];
    let closers = rest.len() - rest.trim_start_matches(|letter| CLOSERS.contains(letter)).len();
    let end = after + closers;
    let rest = &text[end..];
    if !rest.starts_with(char::is_whitespace) {
        return None;
    }
    let next = rest.trim_start();
    let opening = next.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    if opening.starts_with(char::is_lowercase) {
        return None;
    }
    (mark != '.' || !goes_on(&text[..after - 1], opening)).then_some(end)
}

/// Whether a dot belongs to the word before it.
fn goes_on(before: &str, next: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default();
    let is_first = word.len() == before.trim_start().len();
    let word = word.trim_start_matches(|letter: char| !letter.is_alphanumeric());
    let lower = word.to_lowercase();
    let is_known = |list: &str| list.split_whitespace().any(|known| known == lower);
    if next.starts_with(|letter: char| letter.is_ascii_digit()) && is_known(BEFORE_NUMBERS) {
        return true;
    }
    is_known(ABBREVIATIONS) || is_initials(word) || (is_first && is_enumerator(word))
}

/// `J`, `m.in`, `e.g`, `p.n.e`, `U.S`: short pieces parted by dots.
fn is_initials(word: &str) -> bool {
    let mut pieces = word.split('.');
    let are_short = pieces.all(|piece| (1..=2).contains(&piece.chars().count()));
    let is_initial = word.chars().count() == 1 && word.starts_with(char::is_uppercase);
    are_short && (is_initial || word.contains('.')) && word.contains(char::is_alphabetic)
}

/// The number of an item at the start of a line: `1.`, `2.3.`, `IV.`, `a.`
fn is_enumerator(word: &str) -> bool {
    let is_number = word.chars().all(|letter| letter.is_ascii_digit() || letter == '.');
    let is_roman = word.chars().all(|letter| "IVXLC".contains(letter));
    !word.is_empty() && (is_number || is_roman || word.chars().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polish_abbreviations_and_ordinals_end_no_sentence() {
        let one = [
            "Kupują m.in. Pieczywo Babuni i tzw. Dania Gotowe, np. Pierogi.",
            "W 2024 r. Polacy kupowali taniej.",
            "Autorzy, dr Anna Nowak i prof. J. Kowalski z ul. Długiej, badali 1,5 tys. Gospodarstw.",
            "Zajęli 3. miejsce w XX w. na świecie.",
            "Spółka z o.o. Zakupy wydała 12 mln zł. Brutto.",
            "1. Wprowadzenie do badania",
            "Kosztuje 3.50 zł, zob. Tab. 4 na s. 12.",
        ];
        for text in one {
            assert_eq!(sentences(text), [text], "{text}");
        }
    }

    #[test]
    fn sentences_end_where_a_reader_stops() {
        let text = "Ceny rosną. Ile? „Dużo!” Tak mówi 40 % badanych… Reszta milczy";

        let expected =
            ["Ceny rosną.", "Ile?", "„Dużo!”", "Tak mówi 40 % badanych…", "Reszta milczy"];

        assert_eq!(sentences(text), expected);
    }

    #[test]
    fn english_is_read_too() {
        let text =
            "Prices rose, e.g. Bread, in the U.S. Market by no. 3 of 5. She said no. Then it fell.";

        let expected = [
            "Prices rose, e.g. Bread, in the U.S. Market by no. 3 of 5.",
            "She said no.",
            "Then it fell.",
        ];

        assert_eq!(sentences(text), expected);
    }

    #[test]
    fn an_empty_line_ends_a_sentence() {
        assert_eq!(
            sentences("Tytuł bez kropki\n\nTekst dalej"),
            ["Tytuł bez kropki", "Tekst dalej"]
        );
    }
}
