use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;
use crate::Seed;
use crate::persona::sample;

fn card() -> Card {
    named("Patrycja", "Kowalska-Lis", "Nowy Sącz", 37)
}

fn named(first_name: &str, surname: &str, town: &str, age: u8) -> Card {
    let mut card = sample::cards(1, Seed(1)).remove(0);
    (card.first_name, card.surname) = (first_name.to_owned().into(), surname.to_owned().into());
    (card.town, card.age) = (town.to_owned().into(), age);
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
fn a_label_in_small_letters_has_no_form_of_a_name_or_town() {
    let mask = Mask::of([&card()]);

    for (label, masked) in [
        ("kuchnia kowalskiej", "kuchnia K."),
        ("w nowym sączu", "w […] […]"),
        ("cena abonamentu", "cena abonamentu"),
    ] {
        assert_eq!(mask.apply_to_label(label), masked);
    }
}

#[test]
fn short_names_and_those_that_lose_a_vowel_are_known_in_their_other_forms() {
    let mask = Mask::of([&named("Ewa", "Dudek", "Łódź", 70)]);

    for (text, masked) in [
        ("Ewy, Ewie i Ewą", "E., E. i E."),
        ("u Dudka w Łodzi", "u D. w […]"),
        ("Ewelina ma 70 lat, ewentualnie 71", "Ewelina ma 65+ lat, ewentualnie 71"),
    ] {
        assert_eq!(mask.apply(text), masked);
    }
}

#[test]
fn short_words_of_a_town_or_name_are_masked_with_a_capital_and_particles_are_none() {
    let mask = Mask::of([&named("Thị An", "von der Heide", "Nowa Sól", 40)]);

    for (text, masked) in [
        ("Mieszka w Nowej Soli, Sól lubi", "Mieszka w […] […], […] lubi"),
        ("An von der Heide i Thị", "T. von der v. i T."),
        ("sól, a potem der", "sól, a potem der"),
    ] {
        assert_eq!(mask.apply(text), masked);
    }
}

#[test]
fn others_are_known_by_a_capital_and_keep_their_ages() {
    let others = [named("Jan", "Wilk", "Brzeg", 52), named("Ola", "Zając", "", 20)];
    let mask = Mask::of([&card()]).beside(&Everybody::of(&others));

    for (text, masked) in [
        ("Jan Wilk z Brzegu ma 52 lata", "J. W. z […] ma 52 lata"),
        ("wilk na brzegu, 20 minut", "wilk na brzegu, 20 minut"),
        ("patrycja i Oli Zając", "P. i O. Z."),
    ] {
        assert_eq!(mask.apply(text), masked);
    }
    let title = "Wywiad z Olą (ola@zajac.pl), 20 minut";
    assert_eq!(Everybody::of(&others).apply(title), "Wywiad z O. (o***@…), 20 minut");
}

#[test]
fn a_number_with_a_unit_stays_and_an_age_does_not() {
    let mask = Mask::of([&card()]);

    for (text, masked) in [
        ("za 37 zł i 37,50 zł", "za 37 zł i 37,50 zł"),
        ("37 000 zł, 30–37 zł, $37", "37 000 zł, 30–37 zł, $37"),
        ("37% ludzi w 37 minut, 37 km stąd", "37% ludzi w 37 minut, 37 km stąd"),
        ("37 sztuk o 8:37", "37 sztuk o 8:37"),
        ("lat 37, 37 l., 37-letnia, 37lat", "lat 35–44, 35–44 l., 35–44-letnia, 35–44lat"),
        ("Mam 37. Ile? 37", "Mam 35–44. Ile? 35–44"),
        ("I am 37 years old", "I am 35–44 years old"),
    ] {
        assert_eq!(mask.apply(text), masked);
    }
}

#[test]
fn another_who_is_named_is_known_in_small_letters_and_by_an_age_that_is_said_to_be_one() {
    let other = named("Jan", "Wilk", "Brzeg", 52);
    let mask = Mask::of([&card()]).naming([&other]);

    for (text, masked) in [
        ("jan ma 52 lata, ja 37", "J. ma 50–59 lata, ja 35–44"),
        ("Jan (52), Wilk, 52, u Jana 52 zł", "J. (50–59), W., 50–59, u J. 52 zł"),
        ("Jan, wiek 52, i 52 inne", "J., wiek 50–59, i 52 inne"),
        ("od 52 lat, 52 lata temu", "od 52 lat, 52 lata temu"),
    ] {
        assert_eq!(mask.apply(text), masked.replace("50–59", &age_band(52)));
    }
}

#[test]
fn addresses_are_known_however_they_are_written() {
    for (text, masked) in [
        ("pisz: jan@x.pl.", "pisz: j***@…."),
        ("a!b@x.pl <c@y.pl>;d@z.pl", "a***@… <c***@…>;d***@…"),
        ("\"Jan K\"@x.pl", "J***@…"),
        ("jan\u{200b}@\u{ad}x.pl", "j***@…"),
        ("jan＠example.com", "j***@…"),
        ("jan@[10.0.0.1]", "j***@…"),
        ("żółw@żółw.pl", "ż***@…"),
        ("@jan, 2 @ 3, a@ b", "@jan, 2 @ 3, a@ b"),
        ("a***@…", "a***@…"),
    ] {
        assert_eq!(Mask::default().apply(text), masked, "{text}");
    }
}

#[test]
fn signs_that_nobody_sees_and_marks_that_stand_apart_hide_no_name() {
    let mask = Mask::of([&named("Józef", "Łęcki", "Kraków", 40)]);

    for text in [
        "Jo\u{301}zef",
        "Jó\u{ad}zef",
        "J\u{200b}ó\u{2060}zef",
        "Józef\u{feff}",
        "\u{202e}Józef",
        "ＪÓＺＥＦ",
        "𝐉𝐨́𝐳𝐞𝐟",
        "Józef\u{20dd}",
        "Józef\u{200b}Łęcki",
    ] {
        let masked = mask.apply(text);
        assert!(masked.chars().filter(|sign| sign.is_alphabetic()).count() <= 2, "{masked}");
    }
}

#[test]
fn a_name_of_one_letter_or_of_pictures_has_no_initial() {
    for (first_name, surname, text, masked) in [
        ("王", "小明", "我叫王小明。", "我叫[…]小.。"),
        ("X", "🦊", "To X i 🦊, nie x-y", "To […] i […], nie x-y"),
        ("Li", "O", "Li O ma o czym mówić", "L. […] ma o czym mówić"),
    ] {
        let card = named(first_name, surname, "", 40);
        assert_eq!(Mask::of([&card]).apply(text), masked);
        let initials = initials(&card);
        for name in [first_name, surname] {
            assert!(!initials.split(' ').any(|part| part == name), "{initials}");
        }
    }
    assert_eq!(initials_of("Anna Maria  Nowak"), "A. M. N.");
    assert_eq!(initials_of("jan@x.pl"), "j.");
}

#[test]
fn bands_are_those_of_official_tables() {
    for (age, band) in
        [(18, "18–24"), (24, "18–24"), (25, "25–34"), (44, "35–44"), (64, "55–64"), (65, "65+")]
    {
        assert_eq!(age_band(age), band);
    }
}

/// Names of letters, marks and what joins them, of any alphabet.
fn odd_name() -> impl Strategy<Value = String> {
    "\\p{L}[\\p{L}\\p{M}]{2,9}([ '’-]\\p{L}[\\p{L}\\p{M}]{3,9})?"
}

/// The words of a name that nobody may read: all that have more than three letters, and the only one.
fn tokens(name: &str) -> Vec<String> {
    let words: Vec<&str> = name.split([' ', '\'', '’', '-']).collect();
    let is_one = words.len() == 1;
    let is_long = |word: &&str| word.chars().filter(|sign| sign.is_alphanumeric()).count() > 3;
    words.into_iter().filter(|word| is_one || is_long(word)).map(str::to_owned).collect()
}

/// Whether a word stands in a text for whoever reads it: no letter or mark beside it.
fn is_read(word: &str, text: &str) -> bool {
    let seen =
        |text: &str| text.chars().filter(|sign| !name::is_unseen(*sign)).nfc().collect::<String>();
    let (word, text) = (seen(word), seen(text));
    let is_beside = |sign: Option<char>| sign.is_some_and(name::is_word);
    !word.is_empty()
        && text.match_indices(&word).any(|(at, _)| {
            let after = text[at + word.len()..].chars().next();
            !is_beside(text[..at].chars().next_back()) && !is_beside(after)
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_text_breaks_it_and_no_name_is_left(before in "\\PC{0,40}", after in "\\PC{0,40}") {
        let masked = Mask::of([&card()]).apply(&format!("{before} Patrycja {after}"));

        prop_assert!(!masked.contains(" Patrycja "), "{masked}");
    }

    #[test]
    fn without_people_a_text_without_addresses_stays_as_it_is(text in "[^@＠﹫]{0,60}") {
        prop_assert_eq!(Mask::default().apply(&text), text);
    }

    #[test]
    fn names_of_any_alphabet_are_masked_in_any_form_of_unicode(
        first_name in odd_name(),
        surname in odd_name(),
        town in odd_name(),
        between in "[ ,.;:!?()„”/\u{200b}\u{ad}\n_-]{1,3}",
    ) {
        let card = named(&first_name, &surname, &town, 40);
        let people = [card];
        let masks = [Mask::of(&people), Mask::default().beside(&Everybody::of(&people))];
        // small letters make another word of the name of somebody else, of a town, and of one letter
        let is_capital = |word: &str| !word.starts_with(char::is_lowercase);
        let is_letter = |word: &str| name::key(word).chars().count() == 1;
        for (place, name) in [(0, &first_name), (0, &surname), (1, &town)] {
            for word in tokens(name) {
                let forms = [word.clone(), word.nfc().collect(), word.nfd().collect()];
                for form in forms {
                    let text = format!("x{between}{form}{between}y");
                    for (number, mask) in masks.iter().enumerate() {
                        if (number >= 1 - place || is_letter(&form)) && !is_capital(&form) {
                            continue;
                        }
                        let masked = mask.apply(&text);
                        prop_assert!(!is_read(&word, &masked), "{word:?} in {masked:?} of {text:?}");
                    }
                }
            }
        }
    }
}
