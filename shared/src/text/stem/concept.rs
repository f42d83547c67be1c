//! Polish where one word must be one concept: the light stemmer, and before it the families of nouns
//! whose ends it takes for endings, or whose forms it gives two stems.
//!
//! The index keeps to the light stemmer: what search rests on is measured, and vectors of two stemmers
//! cannot be compared.

use crate::text::stem::polish::{beginning, light};

/// Nouns whose own end looks like the ending of a verb: `reklamy` is no form of *rekląć*.
const NOUNS: &str = "album balkon dom ekran film form formularz kostium krem magazyn norm organizm plan \
    platform problem program reform reklam rozum salon sezon stan system telefon termin";
/// Endings of nouns, and of the adjectives that are made of them.
const ENDINGS: &str = "a ach ami e em i ie om ow owe owi owy u y";
/// Endings behind `-cj`, `-sj`, `-zj`, and behind `-ość`.
const OF_CJA: &str = "a ach ami e i o om";
const OF_OSC: &str = "i ia iach iami ie iom";

/// The stem that all forms of a word share.
pub(super) fn stem(word: &str) -> String {
    if word.starts_with("pieniadz") || word.starts_with("pieniedz") {
        return "pienied".to_owned();
    }
    let noun = NOUNS.split_whitespace().find(|noun| is_form(word, noun, ENDINGS));
    if let Some(noun) = noun.or_else(|| family(word)) {
        return beginning(noun, crate::text::stem::polish::LONGEST).to_owned();
    }
    // `opakowań` stands for `opakowanie`, `usłudze` for `usługa`.
    match word {
        _ if ends(word, &["owan", "ywan", "iwan"]) => light(&format!("{word}ie")),
        _ if ends(word, &["udze", "odze"]) => light(&format!("{}ga", &word[..word.len() - 3])),
        _ => light(word),
    }
}

fn is_form(word: &str, base: &str, endings: &str) -> bool {
    let rest = word.strip_prefix(base);
    rest.is_some_and(|rest| rest.is_empty() || endings.split(' ').any(|ending| ending == rest))
}

/// The base of a noun on `-cja` or `-ość`, whose forms change their last consonant in writing only.
fn family(word: &str) -> Option<&str> {
    [("cj", OF_CJA), ("sj", OF_CJA), ("zj", OF_CJA), ("osc", OF_OSC)].into_iter().find_map(
        |(end, endings)| {
            let at = word.rfind(end).filter(|at| *at > 0)? + end.len();
            is_form(word, &word[..at], endings).then_some(&word[..at])
        },
    )
}

fn ends(word: &str, with: &[&str]) -> bool {
    word.len() > 4 && with.iter().any(|end| word.ends_with(end))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_family_has_one_stem() {
        let families = [
            "aplikacja aplikacji aplikacje aplikacjach aplikacjami aplikacjom",
            "promocja promocji promocje promocjach",
            "wersja wersji wersje wersjami",
            "okazja okazji okazje okazjom",
            "jakosc jakosci jakoscia",
            "platnosc platnosci platnoscia platnosciami",
            "reklama reklamy reklame reklamie reklam reklamach",
            "problem problemu problemem problemy problemow",
            "telefon telefonu telefonem telefony telefonie",
            "opakowanie opakowania opakowaniu opakowan opakowaniem",
            "usluga uslugi usluge usludze uslug",
            "pieniadze pieniedzy pieniedzmi",
            "cena ceny cene cenie cenami cen",
            "paczka paczki paczke paczce paczek paczkami",
            "zakupy zakupow zakupach zakupom",
            "rodzina rodziny rodzine rodzinie rodzin",
        ];
        for family in families {
            let stems: BTreeSet<String> = family.split(' ').map(stem).collect();
            assert_eq!(stems.len(), 1, "{family}: {stems:?}");
        }
    }

    #[test]
    fn different_words_keep_different_stems() {
        for (one, other) in [
            ("aplikacja", "kolacja"),
            ("jakosc", "ilosc"),
            ("plan", "planeta"),
            ("reklama", "reklamacja"),
            ("system", "sytuacja"),
            ("stan", "stacja"),
            ("dom", "dostawa"),
        ] {
            assert_ne!(stem(one), stem(other), "{one} {other}");
        }
    }

    #[test]
    fn any_word_has_a_stem() {
        for word in ["i", "ów", "żółć", "cja", "osc", "udze", "\u{1f600}\u{1f600}ść"] {
            assert!(!stem(word).is_empty(), "{word}");
        }
    }
}
