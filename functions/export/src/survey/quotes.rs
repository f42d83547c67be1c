//! What people say in the figures of a survey, masked. Figures quote without a name, so whoever said it is looked for
//! among the respondents: a number alone is an age where it is the speaker's own, as in answers that leave one by one.

use std::collections::{BTreeMap, HashSet};
use std::pin::pin;

use futures::{Stream, TryStreamExt};
use platform::{Result, off_thread};
use records::export::Masked;
use records::survey::results::Figures;
use serde_json::Value;
use shared::persona::Card;
use shared::persona::mask::Mask;
use shared::survey::Response;
use shared::survey::result::{QuestionAnalytics, RatingStatistics, Statistics};

use crate::store::Respondents;

/// The figures without who somebody is in what these respondents said.
pub(super) async fn hidden(
    mut figures: Figures,
    masked: &Masked,
    pages: impl Stream<Item = Result<Vec<Respondents>>>,
) -> Result<Figures> {
    let mut speakers = Speakers::of(&mut figures.question_analytics);
    let mut pages = pin!(pages);
    while let Some(rows) = pages.try_next().await? {
        for row in rows {
            speakers.hear(row.card.0, &row.response, masked);
        }
    }
    let masked = masked.clone();
    off_thread(move || {
        speakers.hide(&mut figures.question_analytics, &masked);
        figures
    })
    .await
}

/// Who said what is quoted.
#[derive(Default)]
struct Speakers {
    /// Of each quote those whom it tells of; none where nobody is known to have said it.
    by_quote: BTreeMap<String, Option<Vec<Card>>>,
    /// Everybody, without whoever has nothing that another has not.
    everybody: Vec<Card>,
    /// Their names, towns and ages.
    marks: HashSet<String>,
}

impl Speakers {
    /// Of the quotes of these figures, before anybody is heard.
    fn of(figures: &mut [QuestionAnalytics]) -> Self {
        let mut by_quote = BTreeMap::new();
        each_quote(figures, &mut |text: &mut String| {
            by_quote.insert(text.clone(), None);
        });
        Self { by_quote, ..Self::default() }
    }

    /// Notes what somebody has said, where it is quoted.
    fn hear(&mut self, card: Card, response: &Response, masked: &Masked) {
        let answers = response.answers.values().filter_map(Value::as_str);
        for text in answers.chain(response.reactions.values().map(String::as_str)) {
            if let Some(speakers) = self.by_quote.get_mut(text) {
                let speakers = speakers.get_or_insert_default();
                if is_told(&card, text, masked) {
                    speakers.push(card.clone());
                }
            }
        }
        let names = [&card.first_name, &card.surname, &card.town].map(ToString::to_string);
        let before = self.marks.len();
        self.marks.extend(names.into_iter().chain([card.age.to_string()]));
        if self.marks.len() > before {
            self.everybody.push(card);
        }
    }

    /// Masks each quote as words of whoever said it. What nobody is known to have said, and the words of a theme, which
    /// are several people's, are masked as words of everybody.
    fn hide(&self, figures: &mut [QuestionAnalytics], masked: &Masked) {
        let everybody = Mask::of(&self.everybody);
        each_quote(figures, &mut |text: &mut String| {
            let speakers = self.by_quote.get(text.as_str()).and_then(Option::as_ref);
            let own = speakers.and_then(|speakers| masked.own(speakers));
            *text = own.as_ref().unwrap_or(&everybody).apply(text);
        });
        for one in figures {
            if let Statistics::Open(open) = &mut one.statistics {
                let words = open.themes.iter_mut().flat_map(|theme| &mut theme.words);
                words.for_each(|word| *word = everybody.apply(word));
            }
        }
    }
}

/// Whether a text tells more of its speaker than what everybody is known by.
fn is_told(card: &Card, text: &str, masked: &Masked) -> bool {
    masked.own([card]).is_some_and(|own| own.apply(text) != masked.text(text))
}

/// Every text of the figures that a respondent wrote.
fn each_quote(figures: &mut [QuestionAnalytics], change: &mut impl FnMut(&mut String)) {
    for one in figures {
        match &mut one.statistics {
            Statistics::Nps(nps) => each_reaction(&mut nps.rating, change),
            Statistics::Rating(rating) => each_reaction(rating, change),
            Statistics::Matrix(matrix) => {
                matrix.rows.values_mut().for_each(|rating| each_reaction(rating, change));
            }
            Statistics::Open(open) => {
                open.sample_responses.iter_mut().for_each(&mut *change);
                let codes = open.codes.iter_mut().flat_map(|code| &mut code.examples);
                codes.for_each(&mut *change);
                let themes = open.themes.iter_mut().flat_map(|theme| &mut theme.examples);
                themes.for_each(&mut *change);
            }
            Statistics::Numeric(_)
            | Statistics::Ranking(_)
            | Statistics::Choice(_)
            | Statistics::Multiple(_)
            | Statistics::Empty {} => {}
        }
    }
}

fn each_reaction(rating: &mut RatingStatistics, change: &mut impl FnMut(&mut String)) {
    rating.reactions.iter_mut().for_each(|reaction| change(&mut reaction.text));
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use shared::Language;
    use shared::persona::mask::Everybody;
    use shared::survey::result::{Respondent, analyse};
    use shared::survey::sample::{cards, questions};

    use super::*;

    /// What people of these ages say to each question, as figures quote it, and who they are.
    fn said(people: [(u8, &str); 2]) -> (Vec<QuestionAnalytics>, Vec<(Card, Response)>) {
        let questions = questions(json!([
            { "id": "why", "type": "open-text", "title": "Why?",
              "codes": [{ "label": "Kids", "words": ["dzieci"] }] },
            { "id": "rate", "type": "rating-scale", "title": "How?" },
            { "id": "nps", "type": "nps", "title": "Would you?" },
        ]));
        let people = cards(2).into_iter().zip(people).map(|(mut card, (age, text))| {
            card.age = age;
            let response = json!({
                "answers": { "why": text, "rate": 1, "nps": 0 },
                "distributions": { "rate": [1.0, 0.0, 0.0, 0.0, 0.0], "nps": [1.0, 0.0, 0.0, 0.0, 0.0,
                    0.0, 0.0, 0.0, 0.0, 0.0, 0.0] },
                "reactions": { "rate": text, "nps": text },
                "states": {}, "presented": { "questions": [], "options": {} },
            });
            (card, serde_json::from_value(response).unwrap())
        });
        let people: Vec<(Card, Response)> = people.collect();
        let respondents: Vec<Respondent> = people
            .iter()
            .map(|(card, response)| Respondent {
                profile: card.into(),
                response: response.clone(),
                weight: 1.0,
            })
            .collect();
        (analyse(&questions, &respondents, Language::Polish), people)
    }

    fn quotes(figures: &mut [QuestionAnalytics]) -> Vec<String> {
        let mut quotes = Vec::new();
        each_quote(figures, &mut |text: &mut String| quotes.push(text.clone()));
        quotes
    }

    #[test]
    fn a_number_alone_is_an_age_where_it_is_the_speakers_own() {
        let (first, second) = ("Mam 37 i dwoje dzieci, 52 pary", "Dzieci: 37, a ja 52");
        let (mut figures, people) = said([(37, first), (52, second)]);
        let masked = Masked::Of(Everybody::of(people.iter().map(|(card, _)| card)));
        let mut speakers = Speakers::of(&mut figures);
        for (card, response) in people {
            speakers.hear(card, &response, &masked);
        }

        speakers.hide(&mut figures, &masked);

        let quotes = quotes(&mut figures);
        let own = ["Mam 35–44 i dwoje dzieci, 52 pary", "Dzieci: 37, a ja 45–54"];
        assert_eq!(quotes.len(), 8, "samples, examples of the code, reactions: {quotes:?}");
        assert!(quotes.iter().all(|quote| own.contains(&quote.as_str())), "{quotes:?}");
    }

    #[test]
    fn what_two_have_said_alike_hides_both_and_what_nobody_has_said_hides_everybody() {
        let text = "Dzieci mam, 37 albo 52";
        let (mut figures, people) = said([(37, text), (52, text)]);
        let masked = Masked::Of(Everybody::of(people.iter().map(|(card, _)| card)));
        let mut unheard = figures.clone();
        let mut speakers = Speakers::of(&mut figures);
        for (card, response) in &people {
            speakers.hear(card.clone(), response, &masked);
        }

        speakers.hide(&mut figures, &masked);
        let strangers = Speakers { by_quote: BTreeMap::new(), ..speakers };
        strangers.hide(&mut unheard, &masked);

        for quote in quotes(&mut figures).into_iter().chain(quotes(&mut unheard)) {
            assert_eq!(quote, "Dzieci mam, 35–44 albo 45–54");
        }
    }
}
