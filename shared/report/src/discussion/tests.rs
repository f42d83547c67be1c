use super::*;
use offline::{discuss, sample};
use shared::discussion::how_made::HowMade;
use shared::discussion::realism as measured;
use shared::discussion::summary::Metadata;
use shared::id::{FocusGroupId, RunId};

fn report(language: Language) -> DiscussionReport {
    let setting = sample::setting(language, 4, 5);
    let turns = discuss(&setting);
    let id = |number: u32| TurnId(uuid::Uuid::from_u128(u128::from(number) + 1));
    let summary = Summary {
        executive_summary: "<script>alert(1)</script>".to_owned(),
        key_insights: Vec::new(),
        surprising_findings: Vec::new(),
        segment_analysis: std::collections::BTreeMap::new(),
        recommendations: vec!["=1+1".to_owned()],
        sentiment_narrative: String::new(),
        full_analysis: String::new(),
        evidence: shared::discussion::summary::Evidence {
            insights: Vec::new(),
            surprises: Vec::new(),
            sentiment: Vec::new(),
            quotes_kept: 0,
            quotes_dropped: 3,
            insights_dropped: 0,
            answers_read: 0,
            answers_by_lexicon: 0,
            how_made: Some(HowMade::of(4, 12, 12, language)),
        },
        limits: shared::discussion::summary::caveats(language, true),
        metadata: Metadata {
            focus_group_id: FocusGroupId(uuid::Uuid::nil()),
            focus_group_name: String::new(),
            generated_at: DateTime::from_timestamp(0, 0).unwrap(),
            model_used: "offline".to_owned(),
            total_responses: 0,
            total_participants: 4,
            questions_asked: 4,
            run_id: RunId(uuid::Uuid::nil()),
            version: 1,
            is_simulated: true,
            prompt_version: "synthesis.v1".to_owned(),
            seed: Seed(1),
            people_removed: 0,
        },
    };
    DiscussionReport {
        project: "A & B".to_owned(),
        group: "G".to_owned(),
        language,
        seed: Seed(5),
        models: vec!["offline".to_owned()],
        prompt_versions: vec!["turn.v1".to_owned()],
        input_sha256: "00".to_owned(),
        simulated: true,
        generated_at: DateTime::from_timestamp(0, 0).unwrap(),
        questions: setting.questions.clone(),
        realism: measured(&setting, &turns, 0),
        turns: turns
            .into_iter()
            .map(|turn| TurnEntry {
                id: id(turn.number),
                number: turn.number,
                question: turn.question,
                kind: turn.kind,
                speaker: turn.speaker.map(|who| setting.name_of(who)),
                reply_to: turn.reply_to.map(id),
                act: turn.act,
                stance: turn.stance,
                text: turn.text,
            })
            .collect(),
        summary,
        analytics: None,
    }
}

#[test]
fn the_page_ends_with_its_limits_and_nothing_foreign_is_markup() {
    for language in [Language::Polish, Language::English] {
        let page = discussion_html(&report(language));

        assert!(!page.contains("<script>alert"), "escaped");
        assert!(page.contains("A &amp; B: G"));
        let (limits, transcript) = (page.rfind("class=\"limits\""), page.rfind("class=\"talk\""));
        assert!(limits > transcript && page.contains("74 %"), "the limits come last");
        assert!(page.contains("<tr><th>"), "the realism panel is there");
    }
}

#[test]
fn the_spreadsheet_has_a_line_for_each_turn() {
    let report = report(Language::Polish);

    let csv = discussion_csv(&report);

    assert_eq!(csv.lines().count(), report.turns.len() + 1);
    assert!(csv.starts_with("\u{feff}number,question,kind"));
}

#[test]
fn what_divides_says_how_many_are_for_it_and_against_it() {
    let mut report = report(Language::English);
    let named =
        |names: &[&str]| -> Vec<String> { names.iter().map(|name| (*name).to_owned()).collect() };
    let price = ConceptFigures {
        name: "price".to_owned(),
        mentions: 4,
        people: 3,
        sentiment: -0.1,
        margin: None,
        centrality: 0.0,
        polarization: 0.5,
        supporters: named(&["A"]),
        critics: named(&["B", "C"]),
        response_ids: Vec::new(),
    };
    report.analytics = Some(Analytics {
        concepts: vec![price],
        controversial: named(&["price"]),
        co_occurrence: Vec::new(),
        emotions: Vec::new(),
        people: Vec::new(),
        differences: Vec::new(),
    });

    let page = discussion_html(&report);

    assert!(page.contains("price (n = 3: 1 for, 2 against)"), "{page}");
    let method = report.summary.evidence.how_made.unwrap().method;
    assert!(page.contains(&*escape(&method)), "{page}");
}
