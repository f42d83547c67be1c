//! Masking: what leaves the building says who somebody is no closer than an initial, a band of age and a region.

use crate::Language;
use crate::persona::card::Card;
use crate::persona::label;
use crate::text::fold::plain;

/// Width of a band of age in years, from [`FIRST_BAND`] on: the groups that official tables use.
const BAND: u8 = 10;
/// Where the second band begins; younger adults are one.
const FIRST_BAND: u8 = 25;
/// From here on all ages are one band.
const LAST_BAND: u8 = 65;
/// The longest ending that a stem of so many letters takes: "Ew-ą", "Jan-owi", "Kowalsk-iego". The shorter a stem
/// is, the more other words begin like it.
const ENDINGS: [usize; 5] = [0, 1, 2, 3, 4];

/// What stands in the place of a town.
pub const PLACE: &str = "[…]";

/// The initials of a person: "P. K.".
pub fn initials(card: &Card) -> String {
    let first = |name: &str| name.chars().next().map(|letter| format!("{letter}."));
    let parts = [&card.first_name, &card.surname].into_iter().filter_map(|name| first(name));
    parts.collect::<Vec<_>>().join(" ")
}

/// The band that an age lies in: "25–34", "65+".
pub fn age_band(age: u8) -> String {
    match age {
        ..FIRST_BAND => "18–24".to_owned(),
        LAST_BAND.. => "65+".to_owned(),
        _ => {
            let from = FIRST_BAND + (age - FIRST_BAND) / BAND * BAND;
            format!("{from}–{}", from + BAND - 1)
        }
    }
}

/// An e-mail address of which the first letter and the domain's end are left: `a***@…`.
pub fn email(address: &str) -> String {
    let first = address.chars().next().filter(|letter| letter.is_alphanumeric());
    format!("{}***@…", first.map(String::from).unwrap_or_default())
}

/// Where somebody lives, without the town.
pub fn location(card: &Card, language: Language) -> String {
    let region = label::region(&card.region, language);
    format!("{region}, {}", label::place(card.place, language))
}

/// Takes people's names, towns, ages and e-mail addresses out of texts.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    words: Vec<Hidden>,
    ages: Vec<(String, String)>,
}

/// A word of a name, and what stands in its place.
#[derive(Debug, Clone)]
struct Hidden {
    /// Without case and marks.
    whole: Vec<char>,
    /// What its other forms begin with.
    stems: Vec<Vec<char>>,
    /// Whether it is a name also in small letters; a town's "nowy" is not.
    is_any_case: bool,
    instead: String,
}

impl Hidden {
    fn new(name: &str, is_any_case: bool, instead: &str) -> Self {
        let whole: Vec<char> = plain(name).chars().collect();
        let is_vowel = |letter: &char| "aeiouy".contains(*letter);
        let (mut stem, mut stems) = (whole.clone(), Vec::new());
        if stem.last().is_some_and(is_vowel) {
            stem.pop();
        }
        // "Marek, Marka", "Paweł, Pawła": the e of the last syllable goes.
        if let [rest @ .., 'e', last] = &*whole {
            stems.push([rest, &[*last]].concat());
        }
        stems.push(stem);
        Self { whole, stems, is_any_case, instead: instead.to_owned() }
    }

    /// Whether a word is a form of it. Its other forms are names only with a capital letter.
    fn is(&self, word: &str, letters: &[char]) -> bool {
        let is_capital = word.starts_with(char::is_uppercase);
        if letters == self.whole {
            return is_capital || self.is_any_case;
        }
        let is_form = |stem: &Vec<char>| {
            let longest = ENDINGS[stem.len().min(ENDINGS.len() - 1)];
            letters.starts_with(stem) && letters.len() <= stem.len() + longest
        };
        is_capital && self.stems.iter().any(is_form)
    }
}

impl Mask {
    /// Of these people: a text about one may name another.
    pub fn of<'a>(cards: impl IntoIterator<Item = &'a Card>) -> Self {
        let mut mask = Self::default();
        for card in cards {
            mask.add(card);
        }
        mask
    }

    /// And of this one.
    fn add(&mut self, card: &Card) {
        for name in [&card.first_name, &card.surname] {
            let initial =
                name.chars().next().map(|letter| format!("{letter}.")).unwrap_or_default();
            for part in parts(name) {
                self.push(Hidden::new(part, true, &initial));
            }
        }
        for part in parts(&card.town) {
            self.push(Hidden::new(part, false, PLACE));
        }
        let age = (card.age.to_string(), age_band(card.age));
        if !self.ages.contains(&age) {
            self.ages.push(age);
        }
    }

    fn push(&mut self, hidden: Hidden) {
        if !self.words.iter().any(|known| known.whole == hidden.whole) {
            self.words.push(hidden);
        }
    }

    /// The text without them. Whoever is masked too often loses a word; whoever is masked too seldom is known, so
    /// every form that a name may take is masked, and capitalised words that look like one.
    pub fn apply(&self, text: &str) -> String {
        let mut masked = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(|sign: char| is_part(sign)) {
            masked.push_str(&rest[..start]);
            rest = &rest[start..];
            let end = rest.find(|sign: char| !is_part(sign)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            if after.starts_with('@') && after[1..].starts_with(is_part) {
                let domain = &after[1..];
                let until = domain.find(|sign: char| !is_part(sign)).unwrap_or(domain.len());
                masked.push_str(&email(word));
                rest = &domain[until..];
                continue;
            }
            self.push_word(&mut masked, word);
            rest = after;
        }
        masked.push_str(rest);
        masked
    }

    /// A run of letters, digits and what joins them: its words one by one.
    fn push_word(&self, masked: &mut String, run: &str) {
        for word in run.split_inclusive(|sign: char| !sign.is_alphanumeric()) {
            let bare = word.trim_end_matches(|sign: char| !sign.is_alphanumeric());
            masked.push_str(self.instead(bare).unwrap_or(bare));
            masked.push_str(&word[bare.len()..]);
        }
    }

    fn instead(&self, word: &str) -> Option<&str> {
        if word.starts_with(|sign: char| sign.is_ascii_digit()) {
            return self.ages.iter().find(|(age, _)| age == word).map(|(_, band)| band.as_str());
        }
        // "P" alone is an initial already.
        if word.chars().count() < 2 {
            return None;
        }
        let letters: Vec<char> = plain(word).chars().collect();
        let found = self.words.iter().find(|hidden| hidden.is(word, &letters));
        found.map(|hidden| hidden.instead.as_str())
    }
}

/// The words of a name: "Nowy Sącz", "Bielsko-Biała". Short ones are no names ("nad", "w").
fn parts(name: &str) -> impl Iterator<Item = &str> {
    let words: Vec<&str> = name.split(|sign: char| !sign.is_alphanumeric()).collect();
    let is_one = words.len() == 1;
    words.into_iter().filter(move |word| is_one && !word.is_empty() || word.chars().count() > 3)
}

/// What a run of letters is made of: words joined by what stands in e-mail addresses and double names.
fn is_part(sign: char) -> bool {
    sign.is_alphanumeric() || matches!(sign, '.' | '_' | '-' | '+' | '\'' | '’')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Seed;
    use crate::persona::sample;

    fn card() -> Card {
        let mut card = sample::cards(1, Seed(1)).remove(0);
        (card.first_name, card.surname) = ("Patrycja".into(), "Kowalska-Lis".into());
        (card.town, card.age) = ("Nowy Sącz".into(), 37);
        card
    }

    #[test]
    fn every_form_of_a_name_a_town_an_age_and_an_address_is_masked() {
        let mask = Mask::of([&card()]);

        for (text, masked) in [
            ("“Nie,” mówi Patrycja.", "“Nie,” mówi P.."),
            ("Pani Patrycji Kowalskiej nie ma", "Pani P. K. nie ma"),
            ("z Patrycją w Nowym Sączu", "z P. w […] […]"),
            ("PATRYCJA ma 37 lat, nie 38", "P. ma 35–44 lat, nie 38"),
            ("patrycja.k@poczta.pl, tak", "p***@…, tak"),
            ("patrycja mówi: nowy chleb", "P. mówi: nowy chleb"),
            ("Zofia kupuje chleb", "Zofia kupuje chleb"),
        ] {
            assert_eq!(mask.apply(text), masked);
        }
        assert_eq!(initials(&card()), "P. K.");
    }

    #[test]
    fn short_names_and_those_that_lose_a_vowel_are_known_in_their_other_forms() {
        let mut card = card();
        (card.first_name, card.surname) = ("Ewa".into(), "Dudek".into());
        (card.town, card.age) = ("Łódź".into(), 70);
        let mask = Mask::of([&card]);

        for (text, masked) in [
            ("Ewy, Ewie i Ewą", "E., E. i E."),
            ("u Dudka w Łodzi", "u D. w […]"),
            ("Ewelina ma 70 lat, ewentualnie 71", "Ewelina ma 65+ lat, ewentualnie 71"),
        ] {
            assert_eq!(mask.apply(text), masked);
        }
    }

    #[test]
    fn bands_are_those_of_official_tables() {
        for (age, band) in
            [(18, "18–24"), (24, "18–24"), (25, "25–34"), (44, "35–44"), (64, "55–64"), (65, "65+")]
        {
            assert_eq!(age_band(age), band);
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_no_name_is_left(before in "\\PC{0,40}", after in "\\PC{0,40}") {
            let masked = Mask::of([&card()]).apply(&format!("{before} Patrycja {after}"));

            prop_assert!(!masked.contains(" Patrycja "), "{masked}");
        }

        #[test]
        fn without_people_a_text_without_addresses_stays_as_it_is(text in "[^@]{0,60}") {
            prop_assert_eq!(Mask::default().apply(&text), text);
        }
    }
}
