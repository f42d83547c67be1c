//! The prompts of a summary: what is in some of the answers, and what all of it comes to.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{INFALLIBLE, Prompt, data};
use crate::discussion::context::cut;
use crate::discussion::reading::Reading;
use crate::discussion::summary::{Digest, Finding, Material, SummaryAnswer, shares};
use crate::id::TurnId;

/// The version of the prompts that read answers.
pub const DIGEST_VERSION: &str = "digest.v1";
/// The version of the prompts that sum up.
pub const SYNTHESIS_VERSION: &str = "synthesis.v1";

/// The most characters of one answer: twice the longest that a participant may give.
const LONGEST_ANSWER: usize = 1_800;
// Chosen by hand.
const LONGEST_FINDING: usize = 700;
const MOST_FINDINGS: usize = 60;

/// Asks what is in these answers, which have the numbers from `first`, counted from 1.
pub fn digest(material: &Material, first: usize, answers: &[SummaryAnswer]) -> Prompt {
    let mut user = String::from("<questions>\n");
    for (number, question) in (1..).zip(&material.questions) {
        let question = data(&cut(question, LONGEST_FINDING), LONGEST_FINDING);
        writeln!(user, "{number}. {question}").expect(INFALLIBLE);
    }
    user.push_str("</questions>\n<answers>\n");
    for (number, answer) in (first..).zip(answers) {
        let text = data(&cut(&answer.text, LONGEST_ANSWER), LONGEST_ANSWER);
        let (name, question) = (data(&answer.name, 60), answer.question + 1);
        writeln!(user, "[{number}] {name}, {question}: {text}").expect(INFALLIBLE);
    }
    user.push_str("</answers>");
    let system = material.language.pick(
        include_str!("../../prompts/digest.v1.en.md"),
        include_str!("../../prompts/digest.v1.pl.md"),
    );
    Prompt { version: DIGEST_VERSION, system: system.to_owned(), user }
}

/// Asks what all of it comes to.
pub fn synthesis(
    material: &Material,
    readings: &BTreeMap<TurnId, Reading>,
    digests: &[Digest],
    with_recommendations: bool,
) -> Prompt {
    let mut user = String::from("<findings>\n");
    let all = digests.iter().flat_map(|digest| {
        let marked = |mark: &'static str| move |finding| (mark, finding);
        digest.insights.iter().map(marked("-")).chain(digest.surprises.iter().map(marked("!")))
    });
    for (mark, finding) in all.take(MOST_FINDINGS) {
        write_finding(&mut user, mark, finding);
    }
    user.push_str("</findings>\n<figures>\n");
    figures(&mut user, material, readings);
    let wanted = if with_recommendations { "yes" } else { "no" };
    write!(user, "</figures>\n<task>\nrecommendations: {wanted}\n</task>").expect(INFALLIBLE);
    let system = material.language.pick(
        include_str!("../../prompts/synthesis.v1.en.md"),
        include_str!("../../prompts/synthesis.v1.pl.md"),
    );
    Prompt { version: SYNTHESIS_VERSION, system: system.to_owned(), user }
}

fn write_finding(out: &mut String, mark: &str, finding: &Finding) {
    let numbers: Vec<String> = finding.answers.iter().map(u32::to_string).collect();
    let text = data(&cut(&finding.text, LONGEST_FINDING), LONGEST_FINDING);
    writeln!(out, "{mark} {text} [{}]", numbers.join(", ")).expect(INFALLIBLE);
    for quote in finding.quotes.iter().take(3) {
        let words = data(&quote.text, LONGEST_FINDING);
        writeln!(out, "    [{}] {words}", quote.answer).expect(INFALLIBLE);
    }
}

fn figures(out: &mut String, material: &Material, readings: &BTreeMap<TurnId, Reading>) {
    writeln!(out, "participants: {}", material.participants).expect(INFALLIBLE);
    writeln!(out, "answers: {}", material.answers.len()).expect(INFALLIBLE);
    for share in shares(material, readings) {
        writeln!(out, "{}: {} of {} people", share.label, share.people, share.n).expect(INFALLIBLE);
    }
    let mut segments: BTreeMap<&str, (std::collections::BTreeSet<_>, Vec<f32>)> = BTreeMap::new();
    for answer in &material.answers {
        let entry = segments.entry(&answer.segment).or_default();
        entry.0.insert(answer.person);
        entry.1.extend(readings.get(&answer.id).map(|reading| reading.sentiment));
    }
    for (segment, (people, tones)) in segments {
        let mean = tones.iter().sum::<f32>() / tones.len().max(1) as f32;
        let name = data(segment, 80);
        writeln!(out, "segment {name}: n = {}, mean tone {mean:+.2}", people.len())
            .expect(INFALLIBLE);
    }
}
