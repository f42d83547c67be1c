//! Nouns: which words may be one, and the form in which a dictionary lists them.
//!
//! The dictionaries are automata that are read where they lie in the program, so they cost nothing at the
//! start; `examples/nouns.rs` makes them. Polish is PoliMorf, English is WordNet, and which words are in use
//! comes from the dictionaries of Android's keyboard; `data/words/licences` has their terms.

use std::collections::HashSet;
use std::sync::LazyLock;

use fst::Map;

use crate::Language;
use crate::text::words::stem;

/// The rank of nouns that no dictionary has: rarer than any that is listed.
const RAREST: u32 = 16;

static ENGLISH: LazyLock<Dictionary> = LazyLock::new(|| {
    Dictionary::new(
        include_bytes!("../../data/words/nouns.en.fst"),
        include_str!("../../data/words/nouns.en.ends"),
        include_str!("../../data/words/general.en.txt"),
        Language::English,
    )
});
static POLISH: LazyLock<Dictionary> = LazyLock::new(|| {
    Dictionary::new(
        include_bytes!("../../data/words/nouns.pl.fst"),
        include_str!("../../data/words/nouns.pl.ends"),
        include_str!("../../data/words/general.pl.txt"),
        Language::Polish,
    )
});

/// A noun that a form may stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noun {
    /// The form that a dictionary lists: `dom` for `domu`, `child` for `children`.
    pub lemma: String,
    /// Whether the form is rather this noun than any other word.
    pub is_certain: bool,
    /// Whether it would be said of anything: units of time, amounts, words like *thing*.
    pub is_general: bool,
    /// The logarithm, to base 2, of its rank among the nouns by frequency.
    pub rank: u32,
}

impl Noun {
    /// Whether a dictionary has it, so that its lemma is a word and not a stem.
    pub fn is_listed(&self) -> bool {
        self.rank < RAREST
    }
}

/// What a form may be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Form {
    pub noun: Option<Noun>,
    pub is_adjective: bool,
}

struct Dictionary {
    forms: Map<&'static [u8]>,
    ends: Vec<&'static str>,
    general: HashSet<&'static str>,
    /// The stems of these, for words of which no lemma is known.
    general_stems: HashSet<String>,
}

impl Dictionary {
    fn new(
        forms: &'static [u8],
        ends: &'static str,
        general: &'static str,
        language: Language,
    ) -> Self {
        let general = general.lines().filter(|line| !line.starts_with('#'));
        let general: HashSet<&str> = general.flat_map(str::split_whitespace).collect();
        Self {
            general_stems: general.iter().map(|word| stem(word, language)).collect(),
            forms: Map::new(forms).expect("the dictionary is whole"),
            ends: ends.split('\n').collect(),
            general,
        }
    }

    fn of(language: Language) -> &'static Self {
        language.pick(&*ENGLISH, &*POLISH)
    }

    /// Bit 0 noun, 1 certain, 2 adjective, 3 time; 4 to 8 the rank; 9 to 13 how many letters go; from 14 on what
    /// comes instead, by its line.
    fn form(&self, word: &str, value: u64) -> Form {
        let has = |bit: u32| value >> bit & 1 == 1;
        let noun = has(0).then(|| {
            let dropped = (value >> 9 & 31) as usize;
            let kept = word.char_indices().rev().nth(dropped.saturating_sub(1));
            let kept = if dropped == 0 { word.len() } else { kept.map_or(0, |(at, _)| at) };
            let end = self.ends.get((value >> 14) as usize).copied().unwrap_or_default();
            let lemma = format!("{}{end}", &word[..kept]);
            Noun {
                is_certain: has(1),
                is_general: has(3) || self.general.contains(lemma.as_str()),
                rank: (value >> 4 & 31) as u32,
                lemma,
            }
        });
        Form { noun, is_adjective: has(2) }
    }
}

/// What a word in lower case may be; nothing where no dictionary has it.
pub fn look_up(word: &str, language: Language) -> Option<Form> {
    let dictionary = Dictionary::of(language);
    dictionary.forms.get(word).map(|value| dictionary.form(word, value))
}

/// Whether a word of which no lemma is known, in any of its forms, would be said of anything.
pub fn is_general(word: &str, language: Language) -> bool {
    Dictionary::of(language).general_stems.contains(&stem(word, language))
}

/// The share of a noun among all that are said, as Zipf's law has it of its rank: one over the rank, over the sum of
/// all these (Euler's constant and the logarithm of how many nouns there are).
pub fn usual_share(rank: u32, language: Language) -> f64 {
    const EULER: f64 = 0.577_215_664_9;
    // As many nouns as `examples/nouns.rs` counts, in either language.
    let nouns: f64 = language.pick(26_056.0, 25_883.0);
    1.0 / (f64::from(rank.min(RAREST)).exp2() * (nouns.ln() + EULER))
}

/// A noun that no dictionary has.
pub(super) fn unknown(lemma: String, is_general: bool) -> Noun {
    Noun { lemma, is_certain: true, is_general, rank: RAREST }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lemma(word: &str, language: Language) -> Option<String> {
        look_up(word, language)?.noun.map(|noun| noun.lemma)
    }

    #[test]
    fn every_form_of_a_noun_has_one_lemma() {
        let polish = [
            ("dom", "dom domu domowi domem domy domów domach"),
            ("tydzień", "tydzień tygodnia tygodniu tygodnie tygodni tygodniach"),
            ("miesiąc", "miesiąc miesiąca miesiącu miesiące miesięcy miesiącach"),
            ("cena", "cena ceny cenę cenie cen cenami cenach"),
            ("usługa", "usługa usługi usłudze usług usługami"),
            ("dziecko", "dziecko dzieci dziećmi dzieciom"),
            ("książka", "książka książki książce książek książkach"),
            ("gotowanie", "gotowanie gotowania gotowaniem gotowaniu"),
        ];
        let english = [
            ("vegetable", "vegetable vegetables"),
            ("child", "child children"),
            ("box", "box boxes"),
            ("delivery", "delivery deliveries"),
            ("knife", "knife knives"),
            ("movie", "movie movies"),
            ("news", "news"),
            ("bus", "bus buses"),
        ];
        for (language, families) in [(Language::Polish, polish), (Language::English, english)] {
            for (expected, forms) in families {
                for form in forms.split(' ') {
                    assert_eq!(lemma(form, language).as_deref(), Some(expected), "{form}");
                }
            }
        }
    }

    #[test]
    fn other_words_are_no_nouns() {
        for word in ["different", "bought", "cheaper", "quickly", "delivered"] {
            assert_eq!(lemma(word, Language::English), None, "{word}");
        }
        for word in ["kupuję", "tańsze", "szybko", "przywieźli", "sezonowych"] {
            assert_eq!(lemma(word, Language::Polish), None, "{word}");
        }
    }

    #[test]
    fn a_form_of_several_words_is_a_noun_only_by_what_stands_around_it() {
        let certain = |word, language| look_up(word, language).unwrap().noun.unwrap().is_certain;
        for word in ["sklep", "kawa", "cena", "dostaw", "owoców"] {
            assert!(certain(word, Language::Polish), "{word}");
        }
        assert!(!certain("drogi", Language::Polish));
        for word in ["mam", "stały", "szybko"] {
            assert_eq!(lemma(word, Language::Polish), None, "{word}");
        }
        assert!(certain("price", Language::English) && !certain("cook", Language::English));
    }

    #[test]
    fn what_would_be_said_of_anything_is_general() {
        let general =
            |word: &str, language| look_up(word, language).unwrap().noun.unwrap().is_general;
        for word in ["year", "years", "day", "time", "times", "back", "thing", "people", "decade"] {
            assert!(general(word, Language::English), "{word}");
        }
        for word in ["roku", "lat", "tygodniu", "czasu", "rzeczy", "ludzi", "miesiącach", "dni"] {
            assert!(general(word, Language::Polish), "{word}");
        }
        for (word, language) in [("parking", Language::English), ("warzywa", Language::Polish)] {
            assert!(!general(word, language), "{word}");
        }
    }

    #[test]
    fn a_frequent_noun_is_more_usual_than_a_rare_one() {
        let rank = |word, language| look_up(word, language).unwrap().noun.unwrap().rank;
        for (often, seldom, language) in
            [("czas", "kalafior", Language::Polish), ("money", "parsnip", Language::English)]
        {
            let (often, seldom) = (rank(often, language), rank(seldom, language));
            assert!(usual_share(often, language) > 20.0 * usual_share(seldom, language));
        }
    }
}
