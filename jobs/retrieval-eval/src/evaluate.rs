//! Measures everything on one collection.

use std::time::Instant;

use platform::model::Embedder;
use records::knowledge::{Knowledge, Passages, Reranker, Reranking};
use shared::Seed;
use shared::knowledge::ChunkSizes;
use shared::knowledge::fusion::FusionWeights;
use shared::text::stem::Stemming;

use crate::bootstrap::{Interval, interval, mean, quantile, simultaneous};
use crate::collection::{Collection, Question};
use crate::experiment::Scores;
use crate::indexed::{Asked, Chunker, Indexed};
use crate::measure::{Measure, number};
use crate::report::{Group, Latency, NoAnswer, Report, Reranked};
use crate::{passages, report};

/// The weights that are compared, vector first: the two retrievers alone, and what lies between.
const VECTOR_WEIGHTS: [f64; 9] = [0.0, 0.1, 0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 1.0];
/// The most questions that are asked for their time.
const TIMED: usize = 200;

/// How to evaluate.
#[derive(Clone)]
pub struct Options {
    /// Of the bootstrap.
    pub seed: Seed,
    /// Who looks again, if anybody.
    pub reranker: Option<Reranker>,
}

/// What is the default.
const CHUNKER: Chunker = Chunker::Semantic(ChunkSizes { target: 256, max: 384, table_max: 1024 });
/// The present system's.
const FIXED: Chunker = Chunker::Fixed { size: 1000, overlap: 300 };

/// Measures a collection, each way of indexing in a scope of its own that is removed afterwards.
pub async fn evaluate(
    knowledge: &Knowledge,
    embedder: &Embedder,
    collection: &Collection,
    options: &Options,
) -> anyhow::Result<Report> {
    let seed = options.seed;
    let answered: Vec<&Question> =
        collection.questions.iter().filter(|question| !question.answers.is_empty()).collect();
    let weights = knowledge.model().weights();
    let indexed = Indexed::write(knowledge, embedder, collection, CHUNKER).await?;
    let asked = indexed.ask(&answered).await?;
    let timed = times(&indexed, &answered, None).await?;
    let no_answer = no_answer(&indexed, collection).await?;
    let reranking = reranked(&indexed, &answered, options).await?;
    let chunks = indexed.chunks;
    indexed.remove().await?;

    let by_weight = by_weight(&answered, &asked, weights);
    let default = Scores::measure("semantic", &answered, &asked, weights);
    let fixed = other(knowledge, embedder, collection, FIXED, &answered).await?;
    let fixed = Scores::measure("fixed 1000/300", &answered, &fixed, weights);
    let stemmers = stemmers(knowledge, embedder, collection, &answered, &asked).await?;
    let rankings: Vec<Vec<String>> = asked.iter().map(|one| one.ranking(weights)).collect();
    let passages = passages::compare(&answered, &rankings, seed);
    let groups = vec![
        group("vector:keyword", &by_weight, seed),
        group("feedback", &feedback(&answered, &asked, weights), seed),
        group("chunker", &[default, fixed], seed),
        group("stemmer, keyword arm", &stemmers, seed),
    ];
    let mut findings = findings(&groups, &passages, &reranking, weights);
    findings.insert(1, supported(&by_weight, weights, seed));
    Ok(Report {
        collection: collection.name.clone(),
        texts: collection.texts.len(),
        chunks,
        answered: answered.len(),
        unanswered: collection.questions.len() - answered.len(),
        model: embedder.model().clone(),
        default_weights: weights,
        reranker: options.reranker.as_ref().map(Reranker::name),
        seed: seed.0,
        groups,
        passages,
        reranking,
        latency: timed,
        no_answer,
        findings,
    })
}

/// The words' retriever first, which the others are compared with.
fn by_weight(questions: &[&Question], asked: &[Asked], default: FusionWeights) -> Vec<Scores> {
    let mut weights = VECTOR_WEIGHTS.to_vec();
    if !weights.iter().any(|weight| (weight - default.vector).abs() < 1e-9) {
        weights.push(default.vector);
        weights.sort_by(f64::total_cmp);
    }
    let measure = |vector: f64| {
        let weights = FusionWeights::vector(vector);
        Scores::measure(name_of(weights), questions, asked, weights)
    };
    weights.into_iter().map(measure).collect()
}

/// The default first, and what it would be without feedback: at its own weights and at those that were best
/// then.
fn feedback(questions: &[&Question], asked: &[Asked], default: FusionWeights) -> Vec<Scores> {
    let without = |weights: FusionWeights| {
        let rankings: Vec<_> = asked.iter().map(|one| one.without_feedback(weights)).collect();
        let name = format!("without, {}:{}", short(weights.vector), short(weights.keyword));
        Scores::of_rankings(name, questions, &rankings)
    };
    let with = Scores::measure("after feedback", questions, asked, default);
    vec![with, without(default), without(FusionWeights::vector(0.1))]
}

pub(crate) fn short(value: f64) -> String {
    format!("{:.2}", value).trim_end_matches('0').trim_end_matches('.').to_owned()
}

async fn other(
    knowledge: &Knowledge,
    embedder: &Embedder,
    collection: &Collection,
    chunker: Chunker,
    questions: &[&Question],
) -> anyhow::Result<Vec<Asked>> {
    let indexed = Indexed::write(knowledge, embedder, collection, chunker).await?;
    let asked = indexed.ask(questions).await?;
    indexed.remove().await?;
    Ok(asked)
}

async fn stemmers(
    knowledge: &Knowledge,
    embedder: &Embedder,
    collection: &Collection,
    questions: &[&Question],
    light: &[Asked],
) -> anyhow::Result<Vec<Scores>> {
    let words = FusionWeights::vector(0.0);
    let mut scores = vec![Scores::measure("light", questions, light, words)];
    for (name, stemming) in [("six letters", Stemming::Prefix), ("none", Stemming::None)] {
        let knowledge = knowledge.clone().with_stemming(stemming);
        let asked = other(&knowledge, embedder, collection, CHUNKER, questions).await?;
        scores.push(Scores::measure(name, questions, &asked, words));
    }
    Ok(scores)
}

fn group(title: &str, scores: &[Scores], seed: Seed) -> Group {
    let systems = scores.iter().map(|one| one.summary(&scores[0], seed)).collect();
    Group { title: title.to_owned(), systems }
}

async fn times(
    indexed: &Indexed<'_>,
    questions: &[&Question],
    reranker: Option<&Reranker>,
) -> anyhow::Result<Latency> {
    let mut times = Vec::new();
    for (at, question) in questions.iter().take(TIMED).enumerate() {
        let begun = Instant::now();
        indexed.found(question, reranker, Passages::default()).await?;
        // the first few find cold caches
        if at >= questions.len().min(TIMED) / 10 {
            times.push(begun.elapsed().as_secs_f64() * 1000.0);
        }
    }
    Ok(Latency {
        mean: interval(&times, Seed(0)),
        p50: quantile(&times, 0.5),
        p95: quantile(&times, 0.95),
    })
}

async fn no_answer(
    indexed: &Indexed<'_>,
    collection: &Collection,
) -> anyhow::Result<Option<NoAnswer>> {
    let (mut answered, mut unanswered) = (Vec::new(), Vec::new());
    for question in &collection.questions {
        let found = indexed.found(question, None, Passages::Exactly(1)).await?;
        let relevance = found.hits.first().map_or(0.0, |hit| hit.relevance_score);
        let list = if question.answers.is_empty() { &mut unanswered } else { &mut answered };
        list.push(relevance);
    }
    if unanswered.is_empty() {
        return Ok(None);
    }
    let wins = |one: f64| -> f64 {
        let half = |other: &f64| {
            if one > *other {
                1.0
            } else if one < *other {
                0.0
            } else {
                0.5
            }
        };
        unanswered.iter().map(half).sum()
    };
    let pairs = number(answered.len() * unanswered.len());
    let separation = answered.iter().map(|one| wins(*one)).sum::<f64>() / pairs;
    Ok(Some(NoAnswer { answered: mean(&answered), unanswered: mean(&unanswered), separation }))
}

async fn reranked(
    indexed: &Indexed<'_>,
    questions: &[&Question],
    options: &Options,
) -> anyhow::Result<Reranked> {
    let Some(reranker) = &options.reranker else { return Ok(Reranked::NotMeasured) };
    let (mut plain, mut again, mut fell_back) = (Vec::new(), Vec::new(), 0);
    let wanted = Passages::Exactly(25);
    for question in questions {
        let before = indexed.found(question, None, wanted).await?;
        let after = indexed.found(question, Some(reranker), wanted).await?;
        fell_back += usize::from(matches!(after.reranking, Reranking::FellBack(_)));
        plain.push(indexed.texts(&before));
        again.push(indexed.texts(&after));
    }
    let plain = Scores::of_rankings("fused order", questions, &plain);
    let again = Scores::of_rankings("reranked", questions, &again);
    let latency = times(indexed, questions, Some(reranker)).await?;
    let summary = Box::new(again.summary(&plain, options.seed));
    Ok(Reranked::Measured { summary, latency, fell_back })
}

/// Which weights the numbers support, and whether the default is among them: of those that are clearly better
/// than words alone the best, and every one that is not told apart from it. Weights are picked by the numbers
/// that they are judged by, so every interval holds together with the others.
fn supported(by_weight: &[Scores], default: FusionWeights, seed: Seed) -> String {
    let names = |places: Vec<usize>| -> String {
        let names: Vec<&str> = places.into_iter().map(|one| by_weight[one].name.as_str()).collect();
        names.join(", ")
    };
    let over_words = gains(by_weight, &by_weight[..1], seed);
    let all = 0..by_weight.len();
    let better: Vec<usize> = all.clone().filter(|one| over_words[*one].low > 0.0).collect();
    let by_gain = |a: &&usize, b: &&usize| over_words[**a].mean.total_cmp(&over_words[**b].mean);
    let Some(&best) = better.iter().max_by(by_gain) else {
        let worse = names(all.filter(|one| over_words[*one].high < 0.0).collect());
        let harm = if worse.is_empty() { "none".to_owned() } else { worse };
        return format!(
            "weights that these numbers support: none, words alone are as good; clearly worse: {harm}"
        );
    };
    // every pair: which of them is the best is seen from the same numbers
    let over_each = gains(by_weight, by_weight, seed);
    let over_best = |one: &usize| over_each[one * by_weight.len() + best];
    let as_good: Vec<usize> =
        better.iter().copied().filter(|one| over_best(one).high >= 0.0).collect();
    let name = name_of(default);
    let is_among = as_good.iter().any(|one| by_weight[*one].name == name);
    let verdict = if is_among { "among them" } else { "not among them" };
    format!(
        "weights that these numbers support: {}, best {}; the default {name} is {verdict}",
        names(as_good),
        by_weight[best].name
    )
}

/// What each way gains in nDCG@10 over each of the others, way by way; the intervals hold all at once.
fn gains(ways: &[Scores], others: &[Scores], seed: Seed) -> Vec<Interval> {
    let of = |way: &Scores| -> Vec<Vec<f64>> {
        others.iter().map(|other| way.gains(other, Measure::Ndcg10)).collect()
    };
    simultaneous(&ways.iter().flat_map(of).collect::<Vec<_>>(), seed)
}

/// A pair of weights as tables have it.
fn name_of(weights: FusionWeights) -> String {
    format!("{}:{}", short(weights.vector), short(weights.keyword))
}

/// What the numbers say about the defaults, in sentences.
fn findings(
    groups: &[Group],
    passages: &passages::PassagesReport,
    reranking: &Reranked,
    weights: FusionWeights,
) -> Vec<String> {
    let mut findings = Vec::new();
    let name = name_of(weights);
    if let Some(default) = groups[0].systems.iter().find(|one| one.name == name) {
        let difference = default.differences[&Measure::Ndcg10];
        let verdict = match (difference.is_clear(), difference.mean > 0.0) {
            (true, true) => "clearly better than words alone: supported",
            (true, false) => "clearly worse than words alone: not supported",
            (false, _) => "not told apart from words alone: neither supported nor refuted",
        };
        findings.push(format!(
            "weights {name}: nDCG@10 {:+.4} [{:+.4}, {:+.4}], {verdict}",
            difference.mean, difference.low, difference.high
        ));
    }
    for group in &groups[1..] {
        let default = &group.systems[0].name;
        for other in &group.systems[1..] {
            let difference = other.differences[&Measure::Ndcg10];
            let verdict = match (difference.is_clear(), difference.mean < 0.0) {
                (true, true) => format!("{default} is clearly better: supported"),
                (true, false) => format!("{default} is clearly worse: not supported"),
                (false, _) => format!("not told apart from {default}"),
            };
            findings.push(format!(
                "{}, {}: nDCG@10 {:+.4} [{:+.4}, {:+.4}], {verdict}",
                group.title, other.name, difference.mean, difference.low, difference.high
            ));
        }
    }
    findings.push(passages_finding(passages));
    findings.push(match reranking {
        report::Reranked::NotMeasured => {
            "reranking: not measured, no reranker is configured; off by default".to_owned()
        }
        report::Reranked::Measured { summary, .. } => {
            let gain = summary.differences[&Measure::Ndcg10];
            let verdict = if gain.low > 0.0 { "supported" } else { "not supported" };
            format!(
                "reranking: nDCG@10 {:+.4} [{:+.4}, {:+.4}], {verdict}",
                gain.mean, gain.low, gain.high
            )
        }
    });
    findings
}

fn passages_finding(passages: &passages::PassagesReport) -> String {
    let (recall, precision) = (passages.recall_gain, passages.precision_gain);
    let verdict = if passages.supports_complexity {
        "supported"
    } else {
        "not supported: the number stays fixed"
    };
    format!(
        "passages by complexity at equal mean: recall {:+.4} [{:+.4}, {:+.4}], precision {:+.4} [{:+.4}, {:+.4}], {verdict}",
        recall.mean, recall.low, recall.high, precision.mean, precision.low, precision.high
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use rand::RngExt;

    use super::*;

    /// All weights over thirty questions, of which each finds about five otherwise than the others do, by chance;
    /// those of one half gain this much on top.
    fn ways(seed: Seed, gain: f64) -> Vec<Scores> {
        let mut rng = seed.child("ways", 0).rng();
        let common: Vec<f64> = (0..30).map(|_| rng.random()).collect();
        let mut way = |vector: f64| {
            let gain = if (vector - 0.5).abs() < 1e-9 { gain } else { 0.0 };
            let values = common.iter().map(|common| {
                let (is_other, other): (f64, f64) = (rng.random(), rng.random());
                gain + if is_other < 0.15 { other } else { *common }
            });
            let of = BTreeMap::from([(Measure::Ndcg10, values.collect())]);
            Scores { name: name_of(FusionWeights::vector(vector)), of }
        };
        VECTOR_WEIGHTS.iter().map(|vector| way(*vector)).collect()
    }

    #[test]
    fn of_weights_that_differ_by_chance_one_is_supported_in_at_most_five_of_a_hundred() {
        let default = FusionWeights::vector(0.5);

        let picked = (0..200)
            .map(Seed)
            .filter(|seed| !supported(&ways(*seed, 0.0), default, *seed).contains("support: none"));

        let picked = picked.count();
        assert!(picked <= 10, "{picked} of 200");
    }

    #[test]
    fn weights_that_gain_are_supported_though_eight_are_compared() {
        let found = supported(&ways(Seed(7), 0.2), FusionWeights::vector(0.5), Seed(7));

        assert!(found.ends_with("best 0.5:0.5; the default 0.5:0.5 is among them"), "{found}");
    }
}
