//! Where the person lives: the own town named, and no other city in its stead.

use super::{
    Violation,
    token::{Token, before, is_kin},
};
use crate::{
    persona::{
        Card,
        card::{Country, Place},
    },
    text::polish,
};

/// The largest Polish cities of one word, which a text may wrongly name as the home.
const CITIES: &str = "Warszawa|Kraków|Wrocław|Łódź|Poznań|Gdańsk|Szczecin|Lublin|Bydgoszcz|Białystok|Katowice|\
    Gdynia|Częstochowa|Radom|Rzeszów|Toruń|Sosnowiec|Kielce|Gliwice|Olsztyn|Zabrze|Bytom|Rybnik|Opole|\
    Tychy|Elbląg|Płock|Wałbrzych|Włocławek|Tarnów|Chorzów|Koszalin|Kalisz|Legnica|Grudziądz|Słupsk";

/// Present-tense words after which a town is the home.
const LIVES: [&str; 10] = [
    "mieszka",
    "mieszkam",
    "żyje",
    "żyję",
    "mieszkanka",
    "mieszkaniec",
    "lives",
    "live",
    "living",
    "resident",
];

pub(super) fn check(
    card: &Card,
    headline: &[Token<'_>],
    story: &[Token<'_>],
    found: &mut Vec<Violation>,
) {
    if let Some(named) = [headline, story].iter().find_map(|tokens| foreign_home(card, tokens)) {
        let expected =
            if card.place == Place::Urban { card.town.as_ref() } else { "a village" }.to_owned();
        found.push(Violation::Place { named: named.to_owned(), expected });
    }
    let urban = card.place == Place::Urban && !card.town.is_empty();
    if urban && ![headline, story].iter().any(|tokens| names(&card.town, tokens)) {
        found.push(Violation::PlaceMissing { expected: card.town.to_string() });
    }
}

fn foreign_home(card: &Card, tokens: &[Token<'_>]) -> Option<&'static str> {
    let homes = (0..tokens.len()).filter(|at| LIVES.contains(&tokens[*at].lower.as_str()));
    homes.filter(|at| !before(tokens, *at, 4).any(is_kin)).find_map(|at| {
        let clause = tokens[at..].iter().skip(1).take(3).take_while(|token| !token.starts);
        let words: Vec<&str> = clause.map(|token| token.word).collect();
        let foreign = CITIES.split('|').filter(|city| !is_own(card, city));
        foreign.into_iter().find(|city| {
            let forms = forms(city);
            words.iter().any(|word| word != &card.town && forms.iter().any(|form| form == word))
        })
    })
}

/// The card's own town, or one whose first word it is: Opole Lubelskie is not Opole.
fn is_own(card: &Card, city: &str) -> bool {
    card.country != Country::Poland || card.town.split(' ').next() == Some(city)
}

/// Nominative, locative and genitive.
fn forms(town: &str) -> [String; 3] {
    let (place, origin) = polish::town(town);
    let bare =
        |text: String| text.split_once(' ').map_or(text.clone(), |(_, rest)| rest.to_owned());
    [town.to_owned(), bare(place), bare(origin)]
}

/// Whether any form of the town occurs; towns of several words are known by the first.
fn names(town: &str, tokens: &[Token<'_>]) -> bool {
    forms(town)
        .iter()
        .filter_map(|form| form.split(' ').find(|word| *word != "miasta" && *word != "mieście"))
        .any(|form| {
            let letters = form.chars().count();
            let stem: String = form.chars().take(letters.saturating_sub(1).max(3)).collect();
            tokens.iter().any(|token| token.word.starts_with(&stem))
        })
}
