use uuid::Uuid;

use super::journey::{Cited, Stage, StageDraft, Writing, finished, flaws};
use super::message::{self, Channel, Tone, VariantDraft};
use super::need::{
    self, AnswerSource, CitedAnswer, Difficulty, Frequency, JobDraft, OutcomeDraft, PainDraft,
    SegmentDraft, StoredAnswer, opportunity,
};
use super::*;
use crate::Seed;
use crate::id::PersonaId;
use crate::persona::sample::cards as people;

fn words(text: &str) -> Vec<String> {
    text.split('|').map(str::to_owned).collect()
}

fn stage(stage: Stage) -> StageDraft {
    StageDraft {
        stage,
        questions: words("What is it for?|Who sells it here?"),
        touchpoints: words("a friend|the shop|a leaflet"),
        emotions: words("doubt"),
        buying_signals: words("Asks for the price."),
        barriers: words("The price is not clear."),
        days: None,
        drop_off: None,
    }
}

fn journey() -> JourneyDraft {
    JourneyDraft { stages: Stage::ALL.into_iter().map(stage).collect() }
}

#[test]
fn a_journey_with_a_stage_too_few_too_many_or_empty_is_told_by_name() {
    assert_eq!(flaws(&journey(), Language::English), Vec::<String>::new());
    type Break = fn(&mut JourneyDraft);
    let broken: [(Break, &str); 7] = [
        (|draft| drop(draft.stages.pop()), "post_purchase must be there once, not 0"),
        (|draft| draft.stages[3].stage = Stage::Decision, "decision must be there once, not 2"),
        (
            |draft| draft.stages[0].questions[0] = " \u{301}\u{a0}".to_owned(),
            "questions of awareness has an empty",
        ),
        (|draft| draft.stages[1].barriers[0] = "b".repeat(61), "61 characters, at most 60"),
        (
            |draft| draft.stages[2].touchpoints[1] = "A  FRIEND".to_owned(),
            "touchpoints of decision says the same",
        ),
        (|draft| draft.stages[2].emotions.clear(), "emotions of decision must have 1 to 2"),
        (
            |draft| {
                draft.stages[0].questions =
                    words("Czy to jest dla mnie i mojej rodziny?|Ile to kosztuje?")
            },
            "",
        ),
    ];
    for (break_it, told) in broken {
        let mut draft = journey();
        break_it(&mut draft);
        let found = flaws(&draft, Language::English).join("; ");
        assert!(found.contains(told), "{told}: {found}");
    }
    let polish = flaws(&journey(), Language::Polish);
    assert!(polish.iter().any(|flaw| flaw.contains("Polish")), "{polish:?}");
}

#[test]
fn decomposed_letters_are_counted_and_stored_as_one() {
    let mut draft = journey();
    draft.stages[0].emotions = vec!["z\u{301}".repeat(20)];

    let told = flaws(&draft, Language::English);
    let kept = finished(&draft, "", Language::English);

    assert!(!told.iter().any(|flaw| flaw.contains("emotions")), "{told:?}");
    assert_eq!(kept.stages[0].emotions[0], "ź".repeat(20));
    assert_eq!(clean(" a\u{0}b\n\tc "), "a b c");
}

#[test]
fn a_figure_stays_only_where_a_source_says_it() {
    let context =
        "Subscribers compare offers for two to 14 days. 35% of baskets are left at payment.";
    let cited = |value, quote: &str| Some(Cited { value, quote: quote.to_owned() });
    for (days, drop_off, expected) in [
        (
            cited(14.0, "for two to 14 days"),
            cited(0.35, "35% of baskets"),
            (Some(14.0), Some(0.35)),
        ),
        (cited(15.0, "for two to 14 days"), cited(0.4, "35% of baskets"), (None, None)),
        (cited(14.0, "within 14 days or so"), cited(35.0, "35% of baskets"), (None, None)),
        (cited(14.0, "14"), cited(0.35, "14 days. 35% of"), (None, Some(0.35))),
        (cited(f64::NAN, "for two to 14 days"), None, (None, None)),
        (None, None, (None, None)),
    ] {
        let mut draft = journey();
        (draft.stages[1].days, draft.stages[2].drop_off) = (days, drop_off);

        let journey = finished(&draft, context, Language::English);

        let (days, drop_off) =
            (&journey.stages[1].time_in_stage_days, &journey.stages[2].drop_off_rate);
        assert_eq!((days.value, drop_off.value), expected);
        assert_eq!(days.absent_because.is_some(), days.value.is_none());
        assert_eq!(days.quote.is_some(), days.value.is_some());
    }
}

#[test]
fn a_summary_has_the_clients_names_and_whole_figures_only_where_every_part_has_a_source() {
    let writing = || Writing {
        at: chrono::DateTime::UNIX_EPOCH,
        by: "m".to_owned(),
        is_simulated: false,
        is_ranked: true,
    };
    let bare = finished(&journey(), "", Language::English);
    let mut sourced = bare.clone();
    for stage in &mut sourced.stages {
        stage.time_in_stage_days.value = Some(7.0);
        stage.drop_off_rate.value = Some(0.5);
    }
    let mut partly = sourced.clone();
    partly.stages[3].time_in_stage_days.value = None;
    partly.stages[1].drop_off_rate.value = None;

    let of = |journey: &Journey| JourneySummary::new(journey.clone(), writing());

    let figures = |journey: &Journey| {
        let summary = of(journey);
        (summary.overall_journey_length_days, summary.overall_conversion_rate)
    };
    assert_eq!(figures(&bare), (None, None));
    assert_eq!(figures(&sourced), (Some(28.0), Some(0.125)));
    assert_eq!(figures(&partly), (None, None));
    let touchpoints = &of(&bare).stages[0].touchpoints;
    let told: Vec<_> = touchpoints.iter().map(|one| (one.name.as_str(), one.priority)).collect();
    assert_eq!(told, [("a friend", Some(1)), ("the shop", Some(2)), ("a leaflet", Some(3))]);
    let unranked = JourneySummary::new(bare, Writing { is_ranked: false, ..writing() });
    assert_eq!(unranked.stages[0].touchpoints[0].priority, None);
}

fn variant(headline: &str, body: &str) -> VariantDraft {
    VariantDraft {
        headline: headline.to_owned(),
        subheadline: None,
        body: body.to_owned(),
        cta: "Have a look".to_owned(),
    }
}

fn order(channel: Channel, variants: usize) -> Order {
    Order { tone: Tone::Friendly, channel, variants, context: None }
}

#[test]
fn variants_that_say_the_same_are_told_whatever_their_letters() {
    let two = |one: VariantDraft, other: VariantDraft| MessageDraft { variants: vec![one, other] };
    let other = || variant("An evening of your own", "The box comes to the door while you rest.");
    for (draft, is_same) in [
        (
            two(variant("Fresh from the farm", "Vegetables of the season, picked today."), other()),
            false,
        ),
        (two(variant("AN EVENING  of your own", "Something else."), other()), true),
        (two(variant("Other", "The box comes  to the door while you rest."), other()), true),
        (
            two(
                variant("An evening for you", "The box comes to the door while you rest!"),
                other(),
            ),
            true,
        ),
    ] {
        let told = message::flaws(&draft, &order(Channel::Email, 2), Language::English);
        assert_eq!(
            told.iter().any(|flaw| flaw.contains("say the same")),
            is_same,
            "{draft:?}: {told:?}"
        );
    }
}

#[test]
fn characters_are_counted_by_the_kind_of_message() {
    let draft = |body: &str| MessageDraft { variants: vec![variant("Headline", body)] };
    for (channel, most) in [
        (Channel::Ad, 125),
        (Channel::SocialPost, 280),
        (Channel::LandingPage, 600),
        (Channel::Email, 900),
    ] {
        let fits = message::flaws(&draft(&"ó".repeat(most)), &order(channel, 1), Language::English);
        let composed =
            message::flaws(&draft(&"o\u{301}".repeat(most)), &order(channel, 1), Language::English);
        let long =
            message::flaws(&draft(&"ó".repeat(most + 1)), &order(channel, 1), Language::English);

        let is_told =
            |flaws: &[String]| flaws.iter().any(|flaw| flaw.contains("body of variant 1"));
        assert!(!is_told(&fits) && !is_told(&composed) && is_told(&long), "{channel:?}");
    }
    let none = message::flaws(&draft(""), &order(Channel::Ad, 3), Language::English);
    assert!(none[0].contains("3 variants, not 1") && none[1].contains("empty"), "{none:?}");
}

#[test]
fn opportunity_is_ulwicks_on_a_hundred() {
    for (importance, satisfaction, score) in
        [(10, 1, 95.0), (8, 4, 60.0), (8, 9, 40.0), (1, 10, 5.0), (9, 3, 75.0)]
    {
        assert_eq!(opportunity(importance, satisfaction), score);
    }
}

/// Two answers, by two people.
fn answers() -> [StoredAnswer; 2] {
    let said = |n: u128, text: &str| StoredAnswer {
        source: AnswerSource::Survey,
        source_id: Uuid::from_u128(9),
        persona_id: PersonaId(Uuid::from_u128(n)),
        text: text.to_owned(),
    };
    [said(1, "Za drogo jak na początek."), said(2, "Nie mam czasu na gotowanie w tygodniu.")]
}

fn segment(cited: &[CitedAnswer]) -> SegmentDraft {
    let of = |n: usize| [NeedTheme::Price, NeedTheme::Time, NeedTheme::Health][n];
    SegmentDraft {
        segment: "seg_mid_career_urban".to_owned(),
        jobs: (0..3)
            .map(|n| JobDraft {
                statement: format!("Kiedy gotuję po raz {n}, chcę mieć wszystko pod ręką."),
                theme: of(n),
                priority: 6,
                frequency: Frequency::Weekly,
                difficulty: Difficulty::Medium,
                cited: (n == 2).then(|| cited.to_vec()),
            })
            .collect(),
        outcomes: (0..3)
            .map(|n| OutcomeDraft {
                statement: format!("Mniej czasu na zakupy numer {n}"),
                theme: of(n),
                importance: 6,
                satisfaction: 5,
                measurable: true,
            })
            .collect(),
        pains: (0..3)
            .map(|n| PainDraft {
                title: format!("Wieczór {n}"),
                description: "Wieczorem brakuje już siły.".to_owned(),
                theme: of(n),
                severity: 6,
                frequency: Frequency::Daily,
                solution: "Gotowe zestawy".to_owned(),
                cited: None,
            })
            .collect(),
    }
}

#[test]
fn quotes_are_parts_of_their_answer_and_the_rest_is_counted() {
    let cite = |answer, quote: &str| CitedAnswer { answer, quote: quote.to_owned() };
    let cited = vec![
        cite(1, "drogo jak na"),
        cite(2, "drogo jak na"),
        cite(2, "nie mam czasu"),
        cite(0, "drogo jak na"),
        cite(7, "drogo jak na"),
        cite(1, "drogo"),
        cite(1, ""),
        cite(2, "czasu na gotowanie"),
    ];

    let kept = need::kept(&segment(&cited), &answers());

    let texts: Vec<&str> = kept.quotes().map(|quote| quote.text.as_str()).collect();
    assert_eq!(texts, ["drogo jak na", "czasu na gotowanie"]);
    assert_eq!(kept.dropped_quotes, 6);
}

#[test]
fn who_said_it_needs_it_more_and_is_quoted_first() {
    let cite = |answer, quote: &str| CitedAnswer { answer, quote: quote.to_owned() };
    let cited = vec![cite(1, "Za drogo jak"), cite(2, "Nie mam czasu")];
    let kept = need::kept(&segment(&cited), &answers());
    let card = people(1, Seed(1)).remove(0);
    let of = |n: u128| need::of_person(&kept, (PersonaId(Uuid::from_u128(n)), &card), ("m", None));

    let (second, stranger) = (of(2), of(3));

    let score = |needs: &NeedsAndPains| {
        let jobs = needs.jobs_to_be_done.iter();
        jobs.map(|job| job.priority_score)
            .zip(needs.jobs_to_be_done.iter().map(|job| job.is_hypothesis))
            .find(|(_, is_hypothesis)| !is_hypothesis)
            .unwrap()
            .0
    };
    assert!(score(&second) > score(&stranger), "{second:?}");
    let quoted = |needs: &NeedsAndPains| {
        needs.jobs_to_be_done.iter().find(|job| !job.quotes.is_empty()).unwrap().quotes[0].clone()
    };
    assert_eq!(quoted(&second), "Nie mam czasu");
    assert_eq!(quoted(&stranger), "Za drogo jak");
    assert_eq!((second.basis, second.answers), ("answers", 2));
    assert_eq!(of(3).pain_points[0].percent_affected, None, "nobody is quoted with it");
}

#[test]
fn a_draft_that_leaves_a_segment_out_or_scores_beyond_ten_is_told() {
    let good = NeedsDraft { segments: vec![segment(&[])] };
    let keys = ["seg_mid_career_urban"];
    assert_eq!(need::flaws(&good, &keys, Language::Polish), Vec::<String>::new());

    let missing = need::flaws(&good, &[keys[0], "seg_retired_rural"], Language::Polish);
    let mut wild = good.clone();
    wild.segments[0].outcomes[1].importance = 11;
    wild.segments[0].pains[0].solution = "\u{0}".to_owned();
    wild.segments[0].jobs.truncate(2);
    let wild = need::flaws(&wild, &keys, Language::Polish).join("; ");

    assert!(missing[0].contains("seg_retired_rural must be there once, not 0"), "{missing:?}");
    for told in ["from 1 to 10", "a solution of seg_mid_career_urban has an empty", "jobs of"] {
        assert!(wild.contains(told), "{told}: {wild}");
    }
}
