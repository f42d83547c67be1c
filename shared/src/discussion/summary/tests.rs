use super::*;
use crate::discussion::reading::{Prompted, Vocabulary};

fn material(texts: &[&str]) -> Material {
    let answer = |(i, text): (usize, &&str)| SummaryAnswer {
        id: TurnId(uuid::Uuid::from_u128(i as u128 + 1)),
        person: PersonaId(uuid::Uuid::from_u128(i as u128 % 3)),
        name: format!("P{i}"),
        segment: "18-34".to_owned(),
        question: 0,
        is_change: false,
        text: (*text).to_owned(),
    };
    Material {
        language: Language::Polish,
        name: "Grupa".to_owned(),
        questions: vec!["Co?".to_owned()],
        answers: texts.iter().enumerate().map(answer).collect(),
        participants: 3,
    }
}

fn metadata() -> Metadata {
    Metadata {
        focus_group_id: FocusGroupId(uuid::Uuid::nil()),
        focus_group_name: "Grupa".to_owned(),
        generated_at: DateTime::from_timestamp(0, 0).unwrap(),
        model_used: "offline".to_owned(),
        total_responses: 3,
        total_participants: 3,
        questions_asked: 1,
        run_id: RunId(uuid::Uuid::nil()),
        version: 1,
        is_simulated: true,
        prompt_version: "synthesis.v1".to_owned(),
        seed: Seed(1),
        people_removed: 0,
    }
}

fn finding(text: &str, answers: &[u32], quotes: &[(u32, &str)]) -> Finding {
    let quotes =
        quotes.iter().map(|(answer, text)| Quoted { answer: *answer, text: (*text).to_owned() });
    Finding { text: text.to_owned(), answers: answers.to_vec(), quotes: quotes.collect() }
}

#[test]
fn a_model_that_invents_quotes_and_citations_is_left_with_what_holds() {
    let material = material(&["Za drogo jak dla mnie.", "Mnie się podoba.", "Boję się umowy."]);
    let invented = Synthesis {
        executive_summary: "Cena dzieli. Ktoś krzyczy: „nigdy w życiu tego nie kupię”.".to_owned(),
        key_insights: vec![
            finding(
                "Cena odstrasza.",
                &[1, 99],
                &[(1, "Za drogo"), (1, "zdzierstwo"), (2, "Za drogo")],
            ),
            finding("Wszyscy są zachwyceni.", &[], &[(3, "jestem zachwycona")]),
            finding("Umowa budzi lęk.", &[], &[(3, "Boję się umowy")]),
        ],
        surprising_findings: vec![finding("", &[1], &[])],
        segments: vec![],
        recommendations: vec![],
        sentiment_narrative: String::new(),
    };

    let without = assemble(&material, &BTreeMap::new(), invented.clone(), false, 0, metadata());
    let summary = assemble(&material, &BTreeMap::new(), invented, true, 0, metadata());

    assert_eq!(summary.key_insights, ["Cena odstrasza.", "Umowa budzi lęk."]);
    assert_eq!(summary.executive_summary, "Cena dzieli.");
    let evidence = &summary.evidence;
    assert_eq!((evidence.quotes_kept, evidence.quotes_dropped), (2, 4));
    assert_eq!(evidence.insights_dropped, 2);
    assert_eq!(evidence.insights[0].response_ids, [material.answers[0].id]);
    assert_eq!(
        evidence.insights[1].response_ids,
        [material.answers[2].id],
        "a quote is a citation"
    );
    assert!(summary.surprising_findings.is_empty());
    assert_eq!(
        summary.recommendations.len(),
        1,
        "what to ask next, also where the model has nothing"
    );
    assert!(summary.full_analysis.contains(&summary.recommendations[0]));
    assert!(without.recommendations.is_empty() && !without.full_analysis.contains('→'));
}

#[test]
fn something_is_to_be_asked_next_when_nobody_objects_and_when_nothing_was_said() {
    let texts = [
        "Abonament jest dobry, lubię porządek.",
        "Abonament jest wygodny.",
        "Umowa dobra, jeśli prosta.",
        "Lubię, kiedy umowa jest prosta.",
    ];
    let content = material(&texts);
    let asked = texts.map(|text| Prompted { question: 0, text });
    let names = Vocabulary::of(&asked, &[], &[], Language::Polish);
    let read =
        |a: &SummaryAnswer| crate::discussion::reading::read(&a.text, &names, Language::Polish);
    let readings: BTreeMap<TurnId, Reading> =
        content.answers.iter().map(|answer| (answer.id, read(answer))).collect();
    let mut nothing = material(&[]);
    nothing.language = Language::English;

    let praised = synthesis(&content, &readings).recommendations;
    let silent = synthesis(&nothing, &BTreeMap::new()).recommendations;

    assert_eq!(praised.len(), 1);
    assert!(praised[0].contains("abonament") && praised[0].contains("2 na 3"), "{praised:?}");
    assert!(silent[0].contains("no topic came up"), "{silent:?}");
}

#[test]
fn the_rule_made_summary_holds_against_its_own_checks() {
    let texts = [
        "Abonament jest dobry, lubię porządek.",
        "Abonament mnie denerwuje, boję się umowy.",
        "Taka umowa to kłopot, ale abonament jest wygodny.",
        "Umowa dobra, jeśli prosta.",
    ];
    let material = material(&texts);
    let asked = texts.map(|text| Prompted { question: 0, text });
    let names = Vocabulary::of(&asked, &[], &[], Language::Polish);
    let readings: BTreeMap<TurnId, Reading> = material
        .answers
        .iter()
        .map(|a| (a.id, crate::discussion::reading::read(&a.text, &names, Language::Polish)))
        .collect();

    let made = synthesis(&material, &readings);
    let summary = assemble(&material, &readings, made, true, readings.len(), metadata());

    assert_eq!(summary.evidence.quotes_dropped, 0);
    assert_eq!(summary.evidence.insights_dropped, 0);
    assert!(summary.evidence.quotes_kept >= 2, "{summary:#?}");
    assert_eq!(summary.evidence.sentiment.iter().map(|share| share.people).sum::<usize>(), 3);
    assert_eq!(summary.limits.len(), 3);
    let made = summary.evidence.how_made.unwrap();
    assert_eq!((made.n, made.answers, made.answers_by_lexicon), (3, 4, 4));
}
