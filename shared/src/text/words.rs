//! Words of spoken text: counted, and folded to stems so that inflected forms meet.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::Language;
use crate::text::fold::plain;
use crate::text::stem::Stemming;

static STOP_POLISH: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/words/stop.pl.txt").split_whitespace().collect());
static STOP_ENGLISH: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| include_str!("../../data/words/stop.en.txt").split_whitespace().collect());

/// The words of a text, as they stand: letters and digits, with apostrophes and hyphens inside.
pub fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-')))
        .map(|word| word.trim_matches(['\'', '’', '-']))
        .filter(|word| !word.is_empty())
}

/// How many words a text has.
pub fn count(text: &str) -> usize {
    tokens(text).count()
}

/// The stems of a text's words that carry meaning, in order, with repetitions.
pub fn stems(text: &str, language: Language) -> Vec<String> {
    meaningful(text, language).map(|(_, stem)| stem).collect()
}

/// The words of a text that carry meaning, in lower case, each with its stem.
pub fn meaningful(text: &str, language: Language) -> impl Iterator<Item = (String, String)> + '_ {
    tokens(text).filter_map(move |word| {
        let lower = word.to_lowercase();
        if is_stop(&lower, language) || lower.chars().count() < 3 || lower.parse::<f64>().is_ok() {
            return None;
        }
        let stem = stem(&lower, language);
        Some((lower, stem))
    })
}

/// Whether a word in lower case is no concept of a talk by itself: grammar, and what may be said of anything, as *know*,
/// *good* or *first*. A search takes such words for what they are: it leaves out
/// [function words](crate::text::function_word::is_function_word) alone.
pub fn is_stop(lower: &str, language: Language) -> bool {
    language.pick(&*STOP_ENGLISH, &*STOP_POLISH).contains(lower)
}

/// The part of a word that its inflected forms share.
pub fn stem(lower: &str, language: Language) -> String {
    let bare = lower.replace('’', "'");
    let bare = bare.strip_suffix("'s").unwrap_or(&bare);
    Stemming::Concepts.stem(&plain(bare), language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inflected_forms_of_a_word_share_a_stem() {
        let polish = [
            ["cena", "ceny", "cenę", "cenami"],
            ["abonament", "abonamentu", "abonamentem", "abonamenty"],
            ["warzywa", "warzyw", "warzywami", "warzywach"],
            ["dostawa", "dostawy", "dostawę", "dostawach"],
            ["aplikacja", "aplikacji", "aplikację", "aplikacjami"],
            ["jakość", "jakości", "jakością", "jakość"],
            ["reklama", "reklamy", "reklamą", "reklam"],
            ["opakowanie", "opakowań", "opakowaniu", "opakowaniem"],
            ["usługa", "usłudze", "usług", "usługą"],
            ["pieniądze", "pieniędzy", "pieniędzmi", "pieniądze"],
            ["telefon", "telefony", "telefonu", "telefonie"],
            ["paczka", "paczek", "paczce", "paczkę"],
        ];
        let english = [["price", "prices", "priced", "price"], ["box", "boxes", "box", "boxes"]];

        for (language, families) in
            [(Language::Polish, &polish[..]), (Language::English, &english[..])]
        {
            for family in families {
                let stems: BTreeSet<String> =
                    family.iter().map(|word| stem(word, language)).collect();
                assert_eq!(stems.len(), 1, "{family:?}: {stems:?}");
            }
        }
    }

    #[test]
    fn a_function_word_is_a_stop_word_too_unless_it_is_named_here() {
        let english = include_str!("../../data/words/function.en.txt");
        let polish = include_str!("../../data/words/function.pl.txt");
        let lists = [
            // what is left of `don't` and `we've`, which are stop words whole
            (&STOP_ENGLISH, english, "don ll onto re s t ve"),
            (
                &STOP_POLISH,
                polish,
                "ach czyj gdyz ktorymi mialo niemu pan roku sposob swoich takze temu wami zostala \
                 zostalo zostaly",
            ),
        ];
        for (stop, function, others) in lists {
            let stop: BTreeSet<String> = stop.iter().map(|word| plain(word)).collect();
            let left: BTreeSet<&str> =
                function.split_whitespace().filter(|word| !stop.contains(*word)).collect();
            assert_eq!(left, others.split_whitespace().collect::<BTreeSet<&str>>());
        }
    }

    #[test]
    fn words_that_carry_no_meaning_are_left_out() {
        let stems = stems("No ale ja to bym chciał wiedzieć, jaka jest cena.", Language::Polish);

        assert!(stems.contains(&stem("cena", Language::Polish)), "{stems:?}");
        assert!(stems.len() <= 3, "{stems:?}");
    }
}
