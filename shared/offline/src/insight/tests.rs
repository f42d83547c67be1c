use std::collections::BTreeSet;

use super::*;
use shared::id::PersonaId;
use shared::insight::message::Tone;
use shared::insight::need::AnswerSource;
use shared::insight::{journey as journeys, message, need};
use shared::persona::sample::cards as people;

const LANGUAGES: [Language; 2] = [Language::Polish, Language::English];

#[test]
fn everybodys_journey_passes_and_people_differ() {
    for language in LANGUAGES {
        let mut told = BTreeSet::new();
        for card in people(200, Seed(3)) {
            let draft = journey(&card, language, Seed(9));

            assert_eq!(journeys::flaws(&draft, language), Vec::<String>::new(), "{draft:?}");
            assert_eq!(draft, journey(&card, language, Seed(9)), "the same seed says the same");
            told.insert(serde_json::to_string(&draft).unwrap());
        }
        assert!(told.len() > 195, "{} of 200 differ", told.len());
    }
}

#[test]
fn messages_of_every_kind_pass_differ_and_claim_nothing() {
    let topics = [None, Some("Zielona Skrzynka".to_owned()), Some("Ł".repeat(255))];
    for language in LANGUAGES {
        for card in people(20, Seed(3)) {
            for (n, tone) in
                (0..).zip([Tone::Friendly, Tone::Professional, Tone::Urgent, Tone::Empathetic])
            {
                for channel in
                    [Channel::Email, Channel::Ad, Channel::LandingPage, Channel::SocialPost]
                {
                    let brief = Brief { topic: topics[n % 3].clone(), ..Brief::default() };
                    let order = Order { tone, channel, variants: 5, context: None };

                    let draft = messages(&card, &brief, &order, language);

                    assert_eq!(message::flaws(&draft, &order, language), Vec::<String>::new());
                    for one in message::finished(&draft, &[]) {
                        assert_eq!(one.unsupported_claims, Vec::<String>::new(), "{one:?}");
                    }
                }
            }
        }
    }
}

fn said(n: u128, text: &str) -> StoredAnswer {
    StoredAnswer {
        source: AnswerSource::FocusGroup,
        source_id: uuid::Uuid::from_u128(n),
        persona_id: PersonaId(uuid::Uuid::from_u128(n % 3)),
        text: text.to_owned(),
    }
}

#[test]
fn needs_of_every_segment_pass_and_quote_what_was_said() {
    let answers = [
        said(1, "Ta cena jest za wysoka, tani koszyk by wystarczył."),
        said(2, "The price is too high for me, I would not pay that."),
        said(3, "Nic nie powiem."),
    ];
    let segments: Vec<Segment> = Segment::all().collect();
    let keys: Vec<&str> = segments.iter().map(|segment| segment.id()).collect();
    for language in LANGUAGES {
        let draft = needs(&segments, &[], language, Seed(4));
        assert_eq!(need::flaws(&draft, &keys, language), Vec::<String>::new());
        let differ: BTreeSet<String> =
            draft.segments.iter().map(|one| format!("{:?}", one.jobs)).collect();
        assert!(differ.len() > 8, "segments differ: {}", differ.len());

        let draft = needs(&segments[..1], &answers, language, Seed(4));
        let kept = need::kept(&draft.segments[0], &answers);
        assert_eq!((kept.dropped_quotes, kept.answers, kept.people), (0, 3, 3));
        assert!(kept.quotes().count() >= 2, "{kept:?}");
        assert_eq!(kept.jobs[0].theme, NeedTheme::Price, "what is talked about comes first");
    }
}

#[test]
fn people_of_one_segment_differ_in_what_they_need_and_scores_stay_in_bounds() {
    let cards = people(300, Seed(8));
    let segment = Segment::parse("seg_mid_career_urban").unwrap();
    let of_segment: Vec<_> = cards.iter().filter(|card| Segment::of(card) == segment).collect();
    let draft = needs(&[segment], &[], Language::Polish, Seed(2));
    let library = need::kept(&draft.segments[0], &[]);
    let mut kinds = BTreeSet::new();
    for card in &of_segment {
        let nobody = PersonaId(uuid::Uuid::nil());
        let own = need::of_person(&library, (nobody, card), ("offline", None));
        assert_eq!(own.basis, "hypotheses");
        for job in &own.jobs_to_be_done {
            assert!((1..=10).contains(&job.priority_score) && job.is_hypothesis);
        }
        for outcome in &own.desired_outcomes {
            let (importance, satisfaction) =
                (outcome.importance, outcome.satisfaction_current_solutions);
            assert_eq!(outcome.opportunity_score, need::opportunity(importance, satisfaction));
            assert!((0.0..=100.0).contains(&outcome.opportunity_score));
        }
        kinds.insert(format!("{:?}{:?}", own.jobs_to_be_done, own.desired_outcomes));
    }
    assert!(
        of_segment.len() > 30 && kinds.len() * 3 > of_segment.len(),
        "{} of {}",
        kinds.len(),
        of_segment.len()
    );
}
