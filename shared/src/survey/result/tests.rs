use serde_json::{Value, json};

use super::*;
use crate::kpi::{self, MetricEvidence};
use crate::statistics::Correction;
use crate::survey::answer::State;
use crate::survey::sample::{cards, questions};

/// Respondents with these answers, in turn.
pub(super) fn respondents(answers: &[Value]) -> Vec<Respondent> {
    let cards = cards(answers.len() as u32);
    let pairs = cards.into_iter().zip(answers);
    pairs
        .map(|(card, answers)| {
            let answers: BTreeMap<String, Value> = serde_json::from_value(answers.clone()).unwrap();
            let states = answers.keys().map(|id| (id.clone(), State::Answered)).collect();
            let response = Response { answers, states, ..Response::default() };
            Respondent { profile: (&card).into(), response, weight: 1.0 }
        })
        .collect()
}

fn statistics(question: &Value, answers: &[Value]) -> Value {
    let questions = questions(json!([question]));
    let analysed = analyse(&questions, &respondents(answers), Language::English);
    serde_json::to_value(&analysed[0].statistics).unwrap()
}

/// The figures where the first respondent counts for one, and the second for three.
fn one_to_three(question: &Value, answers: &[Value; 2]) -> Value {
    let mut all = respondents(answers);
    all[1].weight = 3.0;
    let analysed = analyse(&questions(json!([question])), &all, Language::English);
    serde_json::to_value(&analysed[0].statistics).unwrap()
}

#[test]
fn whoever_counts_for_three_moves_what_is_in_the_middle_and_what_is_most() {
    let number = json!({ "id": "q", "type": "numeric", "title": "T" });
    let rating = json!({ "id": "q", "type": "rating-scale", "title": "T" });
    let ends = [json!({ "q": 1 }), json!({ "q": 5 })];

    for question in [number.clone(), rating] {
        let (even, found) = (statistics(&question, &ends), one_to_three(&question, &ends));
        assert_eq!((&even["median"], &even["mode"]), (&json!(3.0), &json!(1.0)), "{question}");
        assert_eq!((&found["median"], &found["mode"]), (&json!(5.0), &json!(5.0)), "{question}");
        assert_eq!(found["mean"], 4.0, "{question}");
    }
    // a quarter of the weight is 1 exactly, and the next is 5
    assert_eq!(one_to_three(&number, &ends)["quartiles"], json!([3.0, 5.0]));
}

#[test]
fn whoever_counts_for_three_moves_the_most_common_choices_and_their_number() {
    let options = json!(["a", "b", "c", "d"]);
    let single =
        json!({ "id": "q", "type": "single-choice", "title": "T", "options": options.clone() });
    let multiple =
        json!({ "id": "q", "type": "multiple-choice", "title": "T", "options": options });

    let found = one_to_three(&single, &[json!({ "q": "a" }), json!({ "q": "c" })]);
    assert_eq!(found["most_common"], "c");

    let found = one_to_three(&multiple, &[json!({ "q": ["a"] }), json!({ "q": ["b", "c", "d"] })]);
    assert_eq!(found["most_common"], json!([["b", 1], ["c", 1], ["d", 1]]));
    assert_eq!(found["mean_choices"], 2.5, "1 and three times 3, of four");
}

#[test]
fn a_rating_has_the_clients_figures_by_hand() {
    let question = json!({ "id": "q", "type": "rating-scale", "title": "T" });
    let answers: Vec<Value> = [1, 2, 2, 4, 5, 5].iter().map(|n| json!({ "q": n })).collect();

    let found = statistics(&question, &answers);

    assert_eq!(found["mean"], 19.0 / 6.0);
    assert_eq!(found["median"], 3.0);
    assert_eq!(found["mode"], 2.0);
    assert_eq!((&found["min"], &found["max"]), (&json!(1.0), &json!(5.0)));
    assert!((found["std"].as_f64().unwrap() - 1.722_401_424_368_507).abs() < 1e-12);
    assert_eq!(found["distribution"], json!({ "1": 1, "2": 2, "3": 0, "4": 1, "5": 2 }));
    assert_eq!(found["top_two"]["share"], 0.5);
}

#[test]
fn reactions_are_shown_word_for_word_with_the_mean_of_their_own_distribution() {
    let question = json!({ "id": "q", "type": "rating-scale", "title": "T" });
    let answers: Vec<Value> = (0..40).map(|i| json!({ "q": 1 + i % 5 })).collect();
    let mut respondents = respondents(&answers);
    for (i, respondent) in respondents.iter_mut().enumerate().skip(1) {
        let reaction = [("q".to_owned(), format!("reaction {i}"))];
        respondent.response.reactions = reaction.into();
        let half_on_each_end = [("q".to_owned(), vec![0.5, 0.0, 0.0, 0.0, 0.5])];
        respondent.response.distributions = half_on_each_end.into();
    }

    let analysed = analyse(&questions(json!([question])), &respondents, Language::English);

    let Statistics::Rating(rating) = &analysed[0].statistics else { panic!("{analysed:?}") };
    let texts: Vec<&str> = rating.reactions.iter().map(|one| one.text.as_str()).collect();
    let first: Vec<String> = (1..=rating::REACTIONS).map(|i| format!("reaction {i}")).collect();
    assert_eq!(texts, first);
    assert!(rating.reactions.iter().all(|one| one.mean == 3.0), "{:?}", rating.reactions);
    assert_eq!(rating.elicited, Some(vec![0.5, 0.0, 0.0, 0.0, 0.5]));
}

#[test]
fn no_figure_rests_on_the_points_that_were_drawn() {
    let questions = questions(json!([
        { "id": "q", "type": "rating-scale", "title": "T" },
        { "id": "n", "type": "nps", "title": "T" },
    ]));
    // women lean to the upper end and men to the lower, and everybody's drawn points are the same
    let of = |point: i64| {
        let mut all = respondents(&vec![json!({ "q": point, "n": point }); 200]);
        for one in &mut all {
            let is_woman = Attribute::Sex.of(&one.profile) == "female";
            let (low, high) = if is_woman { (0.4, 0.6) } else { (0.6, 0.4) };
            let five = vec![low, 0.0, 0.0, 0.0, high];
            let eleven = [vec![low], vec![0.0; 9], vec![high]].concat();
            one.response.distributions = [("q".to_owned(), five), ("n".to_owned(), eleven)].into();
        }
        all
    };
    let (ones, fives) = (of(1), of(5));
    let by = By::parse("sex", &questions).unwrap();
    let table = |all: &[Respondent]| {
        segment_table("sex", &by, &questions, all, Correction::Holm, Language::English)
    };

    let (found, again) = (table(&ones), table(&fives));

    assert_eq!(found, again);
    let Statistics::Rating(women) = &found.questions[0].groups[0].statistics else { panic!() };
    let Statistics::Rating(men) = &found.questions[0].groups[1].statistics else { panic!() };
    assert!((women.mean - 3.4).abs() < 1e-9 && (men.mean - 2.6).abs() < 1e-9, "{women:?}");
    assert!((women.top_two.share - 0.6).abs() < 1e-9, "{women:?}");
    let Statistics::Nps(women) = &found.questions[1].groups[0].statistics else { panic!() };
    assert!((women.nps.value - 20.0).abs() < 1e-9, "{:?}", women.nps);
    assert!(found.questions.iter().all(|cell| cell.adjusted_p.unwrap() < 1e-6), "{found:?}");
    let groups = By::parse("answer:q", &questions).unwrap();
    let by_answer =
        segment_table("answer:q", &groups, &questions, &ones, Correction::Holm, Language::English);
    assert_eq!((found.drawn, by_answer.drawn), (0, 200), "groups by a drawn point say so");
}

#[test]
fn choices_have_the_clients_figures_and_intervals() {
    let single = json!({ "id": "q", "type": "single-choice", "title": "T",
        "options": ["a", "b"] });
    let answers = [json!({ "q": "b" }), json!({ "q": "b" }), json!({ "q": "a" })];
    let found = statistics(&single, &answers);
    assert_eq!(found["distribution"], json!({ "a": 1, "b": 2 }));
    assert_eq!(found["most_common"], "b");
    let interval = &found["shares"][1]["interval"];
    assert!(interval[0].as_f64().unwrap() < 2.0 / 3.0 && interval[1].as_f64().unwrap() < 1.0);

    let multiple = json!({ "id": "q", "type": "multiple-choice", "title": "T",
        "options": ["a", "b", "c", "d"] });
    let answers = [json!({ "q": ["a", "b"] }), json!({ "q": ["b", "c"] }), json!({ "q": ["b"] })];
    let found = statistics(&multiple, &answers);
    assert_eq!(found["most_common"], json!([["b", 3], ["a", 1], ["c", 1]]));
    assert_eq!(found["mean_choices"], 5.0 / 3.0);
}

#[test]
fn a_ranking_has_mean_ranks_and_what_is_left_shares_the_rest() {
    let question = json!({ "id": "q", "type": "ranking", "title": "T", "maxChoices": 2,
        "options": ["a", "b", "c", "d"] });

    let found = statistics(&question, &[json!({ "q": ["a", "b"] }), json!({ "q": ["b", "c"] })]);

    assert_eq!(found["mean_rank"]["b"], 1.5);
    assert_eq!(found["mean_rank"]["d"], 3.5);
    assert_eq!(found["mean_rank"]["a"], f64::midpoint(1.0, 3.5));
}

#[test]
fn a_promoter_score_is_promoters_less_detractors() {
    let question = json!({ "id": "q", "type": "nps", "title": "T" });
    let answers: Vec<Value> =
        [10, 9, 9, 8, 7, 6, 0, 3, 10, 10].iter().map(|n| json!({ "q": n })).collect();

    let found = statistics(&question, &answers);

    assert!((found["nps"]["value"].as_f64().unwrap() - 20.0).abs() < 1e-9, "{found}");
    assert_eq!(found["passives"]["share"], 0.2);
}

#[test]
fn a_weighted_promoter_score_lies_in_its_interval() {
    let questions = questions(json!([{ "id": "q", "type": "nps", "title": "T" }]));
    let answers = (0..100).map(|i| json!({ "q": if i < 20 { 10 } else { 3 } }));
    let mut all = respondents(&answers.collect::<Vec<_>>());
    // a fifth promotes, and counts for four: half of the weight
    for respondent in &mut all[..20] {
        respondent.weight = 4.0;
    }

    let analysed = analyse(&questions, &all, Language::English);

    let Statistics::Nps(found) = &analysed[0].statistics else { panic!("{analysed:?}") };
    let [low, high] = found.nps.interval;
    assert!(found.nps.value.abs() < 1e-9, "{:?}", found.nps);
    // by linearisation: √(20 × 400² + 80 × 100²) / 160 = 12.5, times 1.96 on either side of 0
    assert!((low + 24.5).abs() < 6.0 && (high - 24.5).abs() < 6.0, "{:?}", found.nps);
    assert!((found.promoters.share - found.detractors.share).abs() < 1e-12);
}

#[test]
fn recommendations_that_are_all_the_same_leave_room_for_chance() {
    let question = json!({ "id": "q", "type": "nps", "title": "T" });

    let found = statistics(&question, &vec![json!({ "q": 10 }); 12]);

    let interval = &found["nps"]["interval"];
    assert_eq!((&found["nps"]["value"], &interval[1]), (&json!(100.0), &json!(100.0)));
    assert!((interval[0].as_f64().unwrap() - 54.196).abs() < 0.01, "{found}");
}

#[test]
fn metrics_of_a_segment_have_the_surveys_promoter_score_and_interval() {
    let questions = questions(json!([{ "id": "q", "type": "nps", "title": "T" }]));
    let answers = (0..40).map(|i| json!({ "q": i % 11 }));
    let mut all = respondents(&answers.collect::<Vec<_>>());
    for (i, respondent) in all.iter_mut().enumerate().filter(|(i, _)| i % 2 == 0) {
        let up = [0.2, 0.7, 0.9][i % 3];
        let eleven = [vec![1.0 - up], vec![0.0; 7], vec![up / 3.0, 0.0, up / 1.5]].concat();
        respondent.response.distributions = [("q".to_owned(), eleven)].into();
    }
    let mut points = kpi::Points::new();
    for spread in all.iter().filter_map(|one| one.response.spread(&questions[0], None)) {
        for (point, part) in (0..).zip(spread) {
            *points.entry(point).or_default() += part;
        }
    }
    let asked = [kpi::AnsweredQuestion {
        by: kpi::Respondents::Simulated,
        name: "T".to_owned(),
        at: chrono::DateTime::UNIX_EPOCH,
        segments: BTreeMap::new(),
        all: points,
    }];
    let evidence =
        MetricEvidence { inputs: None, intentions: &[], recommendations: &asked, market: None };
    let stamp =
        kpi::Stamp { computed_at: chrono::DateTime::UNIX_EPOCH, inputs_hash: "h".to_owned() };
    let segment = crate::persona::Segment::all().next().unwrap();

    let metrics = kpi::compute(segment, &evidence, &stamp, Language::English);
    let analysed = analyse(&questions, &all, Language::English);

    let metric = metrics[&kpi::Metric::NpsScore].figure().unwrap();
    let Statistics::Nps(found) = &analysed[0].statistics else { panic!("{analysed:?}") };
    let [low, high] = found.nps.interval;
    assert!((metric.value - found.nps.value).abs() < 1e-9, "{metric:?} {:?}", found.nps);
    assert!((metric.low.unwrap() - low).abs() < 1e-9, "{metric:?} {:?}", found.nps);
    assert!((metric.high.unwrap() - high).abs() < 1e-9, "{metric:?} {:?}", found.nps);
}

#[test]
fn nobody_gives_an_empty_object_as_the_client_expects() {
    let question = json!({ "id": "q", "type": "rating-scale", "title": "T" });

    assert_eq!(statistics(&question, &[]), json!({}));
}

#[test]
fn weights_bring_groups_to_their_shares() {
    let questions = questions(json!([{ "id": "q", "type": "single-choice", "title": "T",
        "options": ["a", "b"] }]));
    let mut all = respondents(&vec![json!({ "q": "a" }); 400]);
    for respondent in &mut all {
        let answer = if Attribute::Sex.of(&respondent.profile) == "female" { "a" } else { "b" };
        respondent.response.answers.insert("q".to_owned(), json!(answer));
    }
    let design: Design =
        serde_json::from_value(json!({ "weights": { "sex": { "female": 0.25, "male": 0.75 } } }))
            .unwrap();

    let weighting = weigh(&mut all, &design).unwrap();
    let analysed = analyse(&questions, &all, Language::Polish);

    let Statistics::Choice(choice) = &analysed[0].statistics else { panic!("a choice") };
    assert!((choice.shares[0].share - 0.25).abs() < 1e-6, "{choice:?}");
    assert!(weighting.effective_n < 400.0 && choice.effective_n < 400.0);
}

#[test]
fn a_table_has_the_same_figures_a_group_notes_and_corrected_tests() {
    let questions = questions(json!([
        { "id": "q", "type": "single-choice", "title": "T", "options": ["a", "b"] },
        { "id": "r", "type": "rating-scale", "title": "R" },
    ]));
    let mut all = respondents(&vec![json!({ "r": 3 }); 200]);
    for (i, respondent) in all.iter_mut().enumerate() {
        let answer = if respondent.profile.age < 45 { "a" } else { "b" };
        respondent.response.answers.insert("q".to_owned(), json!(answer));
        respondent.response.answers.insert("r".to_owned(), json!(1 + i % 5));
    }
    let by = By::parse("age", &questions).unwrap();

    let table = segment_table("age", &by, &questions, &all, Correction::Holm, Language::English);

    assert_eq!(table.segments.iter().map(|s| s.n).sum::<u64>(), 200);
    assert!(table.segments.iter().all(|s| s.note.is_some() == (s.n < SMALL)), "{table:?}");
    let (choice, rating) = (&table.questions[0], &table.questions[1]);
    assert!(choice.adjusted_p.unwrap() < 1e-6);
    assert!(rating.adjusted_p.unwrap() >= rating.test.as_ref().unwrap().p_value);
    assert!(By::parse("answer:q", &questions).is_some());
    assert_eq!(By::parse("mood", &questions), None);
}

#[test]
fn completion_tells_where_people_were_lost() {
    let questions = questions(json!([
        { "id": "a", "type": "open-text", "title": "T" },
        { "id": "b", "type": "open-text", "title": "T", "required": false },
    ]));
    let mut all = respondents(&[json!({ "a": "x", "b": "y" }), json!({ "a": "x" }), json!({})]);
    all[1].response.states.insert("b".to_owned(), State::Declined);
    let why = "is no text".to_owned();
    all[2].response.states.insert("a".to_owned(), State::Invalid { why });
    all[2].response.states.insert("b".to_owned(), State::NotReached);
    let failed = [("declined".to_owned(), 1)].into();

    let found = completion(&questions, &all, 10, 4, failed);

    assert_eq!((found.responded, found.complete, found.dropped_out), (3, 2, 1));
    assert_eq!(found.shortfall, 6);
    assert_eq!(found.rate(), 50.0);
    assert_eq!(found.questions[0].invalid["is no text"], 1);
    assert_eq!((found.questions[1].declined, found.questions[1].not_reached), (1, 1));
}

#[test]
fn the_place_of_an_option_is_tested_as_a_fit_to_equal_shares() {
    let questions = questions(json!([{ "id": "q", "type": "single-choice", "title": "T",
        "options": ["a", "b", "c"], "randomizeOptions": true }]));
    let mut all = respondents(&vec![json!({}); 90]);
    for (i, respondent) in all.iter_mut().enumerate() {
        // everybody takes what stands first in six of nine cases
        let place = [0, 0, 0, 0, 0, 0, 1, 1, 2][i % 9];
        let shown = vec![i % 3, (i + 1) % 3, (i + 2) % 3];
        let option = ["a", "b", "c"][shown[place]];
        respondent.response.answers.insert("q".to_owned(), json!(option));
        respondent.response.presented.options.insert("q".to_owned(), shown);
    }

    let effects = order_effects(&questions, &all);

    // by hand: counts 60, 20, 10 against 30 each: 30 + 3.333 + 13.333
    let places = effects.iter().find(|effect| effect.of == "options").unwrap();
    assert!((places.test.statistic - 46.666_666_666_666_664).abs() < 1e-9, "{places:?}");
    assert_eq!(places.test.degrees_of_freedom, 2);
}

#[test]
fn a_battery_has_the_figures_of_each_row_by_hand() {
    let questions =
        questions(json!([{ "id": "q", "type": "matrix", "title": "T", "rows": ["a", "b"] }]));
    let answers = [[1, 5], [2, 5], [2, 4], [5, 5]];
    let answers = answers.map(|[a, b]| json!({ "q": { "a": a, "b": b } }));
    let mut all = respondents(&answers);
    for (respondent, sure) in all.iter_mut().zip([1.0, 0.5]) {
        let distribution = vec![sure, 1.0 - sure, 0.0, 0.0, 0.0];
        respondent.response.distributions.insert("q/0".to_owned(), distribution);
    }

    let analysed = analyse(&questions, &all, Language::English);

    let Statistics::Matrix(found) = &analysed[0].statistics else { panic!("{analysed:?}") };
    let (a, b) = (&found.rows["a"], &found.rows["b"]);
    // the second lies half on 1 and half on 2, whatever point was drawn: 1, 1.5, 2 and 5
    assert_eq!((a.mean, a.median, a.mode, a.min, a.max), (2.375, 2.0, 1.0, 1.0, 5.0));
    // 1.5 people on 1, 1.5 on 2, one on 5: squares add up to 9.9375, of three
    assert!((a.std - 3.3125_f64.sqrt()).abs() < 1e-12);
    // their means differ by √(9.6875 / 3); t(0.975, 3) is 3.182446, divided by √4
    let [low, high] = a.mean_interval.unwrap();
    assert!((low + 0.484_410).abs() < 1e-5 && (high - 5.234_410).abs() < 1e-5, "{low} {high}");
    assert_eq!((a.top_two.share, a.bottom_two.share), (0.25, 0.75));
    assert_eq!(a.distribution.values().copied().collect::<Vec<_>>(), [2, 1, 0, 0, 1]);
    assert_eq!((a.with_distribution, b.with_distribution), (2, 0));
    assert_eq!(a.elicited, Some(vec![0.75, 0.25, 0.0, 0.0, 0.0]));
    assert_eq!((b.mean, b.top_two.share, b.bottom_two.share), (4.75, 1.0, 0.0));
    assert_eq!(b.elicited, None);
}

#[test]
fn a_number_has_quartiles_and_a_histogram_by_hand() {
    let question = json!({ "id": "q", "type": "numeric", "title": "T", "unit": "zł" });
    let answers = [15, 0, 100, 10, 5].map(|n| json!({ "q": n }));

    let found = statistics(&question, &answers);

    assert_eq!((&found["mean"], &found["median"]), (&json!(26.0), &json!(10.0)));
    // squares of −11, −26, 74, −16, −21 add up to 6970, of four
    assert!((found["std"].as_f64().unwrap() - 1_742.5_f64.sqrt()).abs() < 1e-9);
    // of five in order, the second and the fourth
    assert_eq!(found["quartiles"], json!([5.0, 15.0]));
    let bins = found["histogram"].as_array().unwrap();
    let counts: Vec<u64> = bins.iter().map(|bin| bin["count"].as_u64().unwrap()).collect();
    // ten bins of ten, each with its lower edge; the last with both
    assert_eq!(counts, [2, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
    assert_eq!((&bins[0]["key"], &bins[9]["key"]), (&json!("0–10"), &json!("90–100")));
    assert_eq!(bins[0]["share"], 0.4);
}

#[test]
fn numbers_that_are_all_the_same_have_one_bin() {
    let question = json!({ "id": "q", "type": "numeric", "title": "T" });

    let found = statistics(&question, &[json!({ "q": 7 }), json!({ "q": 7 })]);

    assert_eq!(found["quartiles"], json!([7.0, 7.0]));
    let bins = found["histogram"].as_array().unwrap();
    assert_eq!(bins.len(), 1);
    assert_eq!((&bins[0]["key"], &bins[0]["count"]), (&json!("7"), &json!(2)));
}

#[test]
fn those_asked_early_are_tested_against_those_asked_late() {
    let questions = questions(json!([
        { "id": "q", "type": "single-choice", "title": "T", "options": ["a", "b"] },
        { "id": "r", "type": "rating-scale", "title": "T" },
    ]));
    // ten see q first, of whom eight say a; ten see it last, of whom two do. Whoever rates late gives 1,
    // whoever rates early 5
    let answers = (0..20).map(|i| {
        let is_a = i % 10 < if i < 10 { 8 } else { 2 };
        json!({ "q": if is_a { "a" } else { "b" }, "r": if i < 10 { 1 } else { 5 } })
    });
    let mut all = respondents(&answers.collect::<Vec<_>>());
    for (i, respondent) in all.iter_mut().enumerate() {
        let shown = if i < 10 { ["q", "r"] } else { ["r", "q"] };
        respondent.response.presented.questions = shown.map(str::to_owned).to_vec();
    }

    let effects = order_effects(&questions, &all);

    let [q, r] = effects.as_slice() else { panic!("{effects:?}") };
    assert_eq!((q.of.as_str(), r.of.as_str()), ("questions", "questions"));
    assert_eq!((q.test.test.as_str(), r.test.test.as_str()), ("chi_square", "kruskal_wallis"));
    // by hand: 20 (8 × 8 − 2 × 2)² / 10⁴, and mean ranks of 5.5 and 15.5 corrected for ties
    assert!((q.test.statistic - 7.2).abs() < 1e-9, "{q:?}");
    assert!((r.test.statistic - 19.0).abs() < 1e-9, "{r:?}");
    // Holm: the smaller p counts twice
    assert!((r.adjusted_p - 2.0 * r.test.p_value).abs() < 1e-12);
    assert!((q.adjusted_p - q.test.p_value).abs() < 1e-12);
}

#[test]
fn an_order_that_few_people_met_is_not_tested() {
    let questions = questions(json!([{ "id": "r", "type": "rating-scale", "title": "T" }]));
    let mut all = respondents(&(0..9).map(|i| json!({ "r": 1 + i / 5 })).collect::<Vec<_>>());
    for (i, respondent) in all.iter_mut().enumerate() {
        let shown = if i < 5 { ["r", "other"] } else { ["other", "r"] };
        respondent.response.presented.questions = shown.map(str::to_owned).to_vec();
    }

    assert!(order_effects(&questions, &all).is_empty(), "four of them met it late");
    all.push(all[8].clone());
    assert_eq!(order_effects(&questions, &all).len(), 1);
}

#[test]
fn an_order_that_did_not_change_is_not_tested() {
    let questions = questions(json!([{ "id": "r", "type": "rating-scale", "title": "T" }]));
    let mut all = respondents(&(0..20).map(|i| json!({ "r": 1 + i % 5 })).collect::<Vec<_>>());
    for respondent in &mut all {
        respondent.response.presented.questions = vec!["r".to_owned()];
    }

    assert!(order_effects(&questions, &all).is_empty());
}

#[test]
fn weights_told_by_categories_are_those_of_the_people() {
    let design: Design = serde_json::from_value(json!({ "weights": {
        "sex": { "female": 0.25, "male": 0.75 },
        "age": { "18-24": 0.3, "25-34": 0.2, "65+": 0.5 } } }))
    .unwrap();
    let mut all: Vec<Respondent> = cards(400)
        .iter()
        .map(|card| Respondent { profile: card.into(), response: Response::default(), weight: 1.0 })
        .collect();
    weigh(&mut all, &design).unwrap();
    let mut weights = RespondentWeights::new(&design);
    all.iter().for_each(|one| weights.count(&one.profile));

    let weighed = weights.weighed();

    for one in &all {
        assert!((weighed.of(&one.profile) - one.weight).abs() < 1e-9, "{:?}", one.profile);
    }
    let none = RespondentWeights::new(&Design::default());
    assert!(!none.are_wanted());
    assert!((none.weighed().of(&all[0].profile) - 1.0).abs() < 1e-12);
}
