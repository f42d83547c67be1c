//! What simulated answers cannot tell, in sentences that every report of a survey prints.

use serde::{Deserialize, Serialize};

use super::question::{Elicitation, Question};
use crate::Language;

/// A caveat of a survey's results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SurveyLimit)]
pub enum SurveyCaveat {
    /// Nobody was asked.
    NoSample,
    /// Park and others, arXiv 2411.10109: personas from demographics alone.
    DemographicsAlone,
    /// The answers come from rules of ours.
    OfflineAnswers,
    /// At least one rating was asked for as a point: because it says so, or because its scale is too
    /// fine for a distribution.
    DirectRatings,
    /// Fewer people than the survey wants.
    Shortfall,
    /// Somebody failed or dropped out.
    SomeMissing,
    /// Somebody who had answered was removed for good.
    SomeRemoved,
}

/// What a survey's caveats depend on.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    pub questions: &'a [Question],
    pub elicitation: Elicitation,
    pub is_simulated: bool,
    pub shortfall: u32,
    pub missing: u32,
    /// How many of those who answered are gone.
    pub people_removed: u32,
}

/// The caveats that hold.
pub fn caveats(facts: Facts<'_>) -> Vec<SurveyCaveat> {
    let is_direct = |question: &Question| {
        question.kind.has_scale() && question.elicited(facts.elicitation) == Elicitation::Direct
    };
    let mut caveats = vec![SurveyCaveat::NoSample, SurveyCaveat::DemographicsAlone];
    let more = [
        (facts.is_simulated, SurveyCaveat::OfflineAnswers),
        (facts.questions.iter().any(is_direct), SurveyCaveat::DirectRatings),
        (facts.shortfall > 0, SurveyCaveat::Shortfall),
        (facts.missing > 0, SurveyCaveat::SomeMissing),
        (facts.people_removed > 0, SurveyCaveat::SomeRemoved),
    ];
    caveats.extend(more.into_iter().filter(|(holds, _)| *holds).map(|(_, caveat)| caveat));
    caveats
}

impl SurveyCaveat {
    /// The caveat as a reader sees it.
    pub fn sentence(self, language: Language) -> &'static str {
        match language {
            Language::English => self.english(),
            Language::Polish => self.polish(),
        }
    }

    fn english(self) -> &'static str {
        match self {
            Self::NoSample => {
                "Simulated answers are not a sample of people. Intervals and tests say how far chance \
                 reaches within the simulation; they do not say how far it is from real customers."
            }
            Self::DemographicsAlone => {
                "Personas built on demographics alone reproduce about 74% of the consistency with \
                 which real people repeat their own answers after two weeks (Park et al., arXiv \
                 2411.10109)."
            }
            Self::OfflineAnswers => {
                "These answers come from rules that need no language model: they show the product \
                 and test its machinery, and say nothing about the topic."
            }
            Self::DirectRatings => {
                "At least one rating was asked for as a point of the scale. Language models then \
                 crowd in the middle and lose the variance of real answers."
            }
            Self::Shortfall => {
                "Fewer people answered than the survey wants. Nobody was made up to fill the gap."
            }
            Self::SomeMissing => {
                "Some people failed or dropped out. Those who are missing may differ from the others."
            }
            Self::SomeRemoved => {
                "Some people who answered were removed for good. What they chose still counts; what they \
                 said in words is gone, so open questions have fewer answers than people."
            }
        }
    }

    fn polish(self) -> &'static str {
        match self {
            Self::NoSample => {
                "Odpowiedzi symulowane nie są próbą ludzi. Przedziały i testy mówią, jak daleko sięga \
                 przypadek w samej symulacji, a nie jak daleko jej do prawdziwych klientów."
            }
            Self::DemographicsAlone => {
                "Persony zbudowane na samej demografii odtwarzają około 74% zgodności, z jaką ludzie \
                 powtarzają własne odpowiedzi po dwóch tygodniach (Park i in., arXiv 2411.10109)."
            }
            Self::OfflineAnswers => {
                "Te odpowiedzi pochodzą z reguł, które działają bez modelu językowego: pokazują \
                 produkt i sprawdzają jego mechanizmy, ale nie mówią nic o temacie."
            }
            Self::DirectRatings => {
                "Przynajmniej jedna ocena była pytaniem wprost o punkt skali. Modele językowe tłoczą \
                 się wtedy w środku skali i gubią zmienność prawdziwych odpowiedzi."
            }
            Self::Shortfall => {
                "Odpowiedziało mniej osób, niż zakłada ankieta. Nikogo nie dodano, żeby wypełnić lukę."
            }
            Self::SomeMissing => {
                "Część osób nie odpowiedziała lub przerwała ankietę. Mogą się różnić od pozostałych."
            }
            Self::SomeRemoved => {
                "Część osób, które odpowiedziały, trwale usunięto. Ich wybory nadal się liczą, a \
                 wypowiedzi zniknęły, więc pytania otwarte mają mniej odpowiedzi niż osób."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::survey::QuestionKind;
    use crate::survey::sample::question;

    const FACTS: Facts<'_> = Facts {
        questions: &[],
        elicitation: Elicitation::Distribution,
        is_simulated: false,
        shortfall: 0,
        missing: 0,
        people_removed: 0,
    };

    #[test]
    fn the_two_that_always_hold_come_first_and_others_by_the_facts() {
        assert_eq!(caveats(FACTS), [SurveyCaveat::NoSample, SurveyCaveat::DemographicsAlone]);
        let facts =
            Facts { is_simulated: true, shortfall: 3, missing: 1, people_removed: 1, ..FACTS };
        assert_eq!(caveats(facts).len(), 6);
        for caveat in caveats(facts) {
            assert_ne!(caveat.sentence(Language::Polish), caveat.sentence(Language::English));
        }
    }

    #[test]
    fn a_scale_too_fine_for_a_distribution_is_a_direct_rating_too() {
        let five = question("q", QuestionKind::RatingScale);
        let fine = Question { scale_max: Some(100), ..five.clone() };
        let own = Some(vec![vec!["statement".to_owned(); 100]]);
        let anchored = Question { anchors: own, ..fine.clone() };
        let said = Question { elicitation: Some(Elicitation::Direct), ..five.clone() };
        let choice = Question { scale_max: Some(100), ..question("q", QuestionKind::SingleChoice) };

        for (asked, elicitation, is_direct) in [
            (five, Elicitation::Distribution, false),
            (fine.clone(), Elicitation::Distribution, true),
            (fine, Elicitation::Similarity, true),
            (anchored.clone(), Elicitation::Similarity, false),
            (anchored, Elicitation::Distribution, true),
            (said, Elicitation::Similarity, true),
            (choice, Elicitation::Distribution, false),
        ] {
            let found = caveats(Facts { questions: &[asked], elicitation, ..FACTS });
            assert_eq!(found.contains(&SurveyCaveat::DirectRatings), is_direct, "{elicitation:?}");
        }
    }
}
