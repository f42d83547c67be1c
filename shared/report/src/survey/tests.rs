use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::survey::*;
use offline::{opinion, respondent};
use population::{Plan, Population};
use shared::Seed;
use shared::statistics::Correction;
use shared::survey::result::{self, By, Respondent, segment_table};
use shared::survey::{Asked, Elicitation, Presented, Question, Response, reply};

fn report() -> SurveyReport {
    let questions = json!([
        { "id": "buy", "type": "rating-scale", "title": "Buy <it>?" },
        { "id": "tea", "type": "single-choice", "title": "Tea?", "options": ["yes", "no"] },
        { "id": "nps", "type": "nps", "title": "Recommend?" },
        { "id": "zl", "type": "numeric", "title": "How much?", "min": 0, "max": 100 },
        { "id": "why", "type": "open-text", "title": "Why?" },
        { "id": "with", "type": "multiple-choice", "title": "With?", "options": ["milk", "sugar"] },
        { "id": "best", "type": "ranking", "title": "Best?", "options": ["green", "black"] },
        { "id": "grid", "type": "matrix", "title": "Rate", "rows": ["price", "taste"] },
    ]);
    let questions: Vec<Question> = serde_json::from_value(questions).unwrap();
    let asked: Vec<Asked<'_>> = questions
        .iter()
        .map(|question| Asked {
            question,
            title: question.title.clone(),
            options: Presented::default().options_of(question),
            elicitation: Elicitation::Distribution,
        })
        .collect();
    let respondents: Vec<Respondent> = Population::new(&Plan::everyone(), Seed(7))
        .cards(0..60)
        .into_iter()
        .map(|card| {
            let seed = Seed(1).child("r", card.index.into());
            let person = opinion::SimulatedRespondent { card: &card, seed };
            let raw = respondent::answer(person, &asked, Language::English);
            let mut response = Response::default();
            reply::read(&asked, &raw, seed, &mut response);
            Respondent { profile: (&card).into(), response, weight: 1.0 }
        })
        .collect();
    let by = By::parse("age", &questions).unwrap();
    let language = Language::English;
    SurveyReport {
        project: "Project".to_owned(),
        title: "Title <script>".to_owned(),
        description: None,
        language,
        question_analytics: result::analyse(&questions, &respondents, language),
        completion: result::completion(&questions, &respondents, 100, 60, BTreeMap::new()),
        weighting: None,
        order_effects: result::order_effects(&questions, &respondents),
        segments: vec![segment_table(
            "age",
            &by,
            &questions,
            &respondents,
            Correction::Holm,
            language,
        )],
        questions,
        manifest: vec![("seed".to_owned(), "1".to_owned())],
        is_simulated: true,
        limits: vec!["A limit.".to_owned()],
        generated_at: DateTime::UNIX_EPOCH,
    }
}

#[test]
fn a_page_has_every_question_its_limits_and_nothing_that_runs() {
    let report = report();

    for language in [Language::English, Language::Polish] {
        let page = html(&report, language);

        assert!(page.contains("Buy &lt;it&gt;?") && page.contains("A limit."));
        assert!(!page.contains("<script"), "texts from outside are escaped");
        assert_eq!(page.matches("<article").count(), 8);
        assert_eq!(page.matches("<section").count(), page.matches("</section>").count());
        assert!(page.contains("n = "), "groups say how many they are");
    }
}

#[test]
fn a_table_by_segment_has_a_line_a_part_with_its_own_test() {
    let report = report();

    let page = html(&report, Language::English);

    let table = &report.segments[0];
    for (question, parts) in
        [("With?", ["milk", "sugar"]), ("Best?", ["green", "black"]), ("Rate", ["price", "taste"])]
    {
        let cell = table.questions.iter().find(|cell| cell.groups[0].question_title == question);
        for part in parts {
            let head = format!(r#"<th scope="row">{question}<small>{part}</small></th>"#);
            let line = page.lines().find(|line| line.contains(&head)).expect(part);
            assert_eq!(line.matches("<td").count(), table.segments.len() + 1, "{line}");
            let test = cell.unwrap().tests.iter().find(|test| test.part == part).unwrap();
            // one of too few people has none
            let p = test.adjusted_p.map(|p| p_value(p, Language::English));
            let p = p.unwrap_or_else(|| "–".to_owned());
            assert!(line.ends_with(&format!(r#"<td class="n">{p}</td></tr>"#)), "{line}");
        }
    }
    assert!(!page.contains(r#"<th scope="row">Why?"#), "open answers have no figure");
}

#[test]
fn a_report_is_read_back_as_it_was_written() {
    let report = report();

    let json = serde_json::to_value(&report).unwrap();
    let read: SurveyReport = serde_json::from_value(json.clone()).unwrap();

    assert_eq!(serde_json::to_value(&read).unwrap(), json);
    let kinds: Vec<&str> = read
        .question_analytics
        .iter()
        .map(|one| match one.statistics {
            Statistics::Rating(_) => "rating",
            Statistics::Choice(_) => "choice",
            Statistics::Nps(_) => "nps",
            Statistics::Numeric(_) => "numeric",
            Statistics::Open(_) => "open",
            Statistics::Multiple(_) => "multiple",
            Statistics::Ranking(_) => "ranking",
            Statistics::Matrix(_) => "matrix",
            Statistics::Empty {} => "empty",
        })
        .collect();
    let asked = ["rating", "choice", "nps", "numeric", "open", "multiple", "ranking", "matrix"];
    assert_eq!(kinds, asked);
    let _: Value = json;
}
