//! A survey's results as one page that needs nothing else: no script, no font, no picture, no server.

mod bars;
mod lines;
mod segments;

pub use lines::lines;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::page::Page;
use shared::Language;
use shared::survey::question::Question;
use shared::survey::result::{
    Completion, OpenStatistics, OrderEffect, QuestionAnalytics, SegmentTable, Statistics, Weighting,
};
use shared::text::escape::escape;
use shared::text::number::{decimal, p_value, percent, whole};

const QUOTES: &str = "blockquote+h3{margin-top:1.2rem}blockquote{margin:.4rem 0;padding-left:1rem;border-left:2px solid var(--line)}";

/// What stands in a report.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SurveyReport {
    /// Its project's name.
    pub project: String,
    /// The survey's title.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// The language of the answers.
    pub language: Language,
    /// What was asked.
    pub questions: Vec<Question>,
    /// The figures.
    pub question_analytics: Vec<QuestionAnalytics>,
    /// Where people were lost.
    pub completion: Completion,
    /// How respondents were weighted.
    pub weighting: Option<Weighting>,
    /// Whether the order mattered.
    pub order_effects: Vec<OrderEffect>,
    /// The same figures by segment.
    pub segments: Vec<SegmentTable>,
    /// How it can be repeated, line by line: name and value.
    pub manifest: Vec<(String, String)>,
    /// Whether no model was asked.
    pub is_simulated: bool,
    /// What the results cannot tell.
    pub limits: Vec<String>,
    /// When the report was made.
    pub generated_at: DateTime<Utc>,
}

/// The report as a page in the reader's language. Every text that comes from outside is escaped; a
/// policy in the page forbids scripts and anything from elsewhere.
pub fn html(report: &SurveyReport, language: Language) -> String {
    let answers: String =
        report.question_analytics.iter().map(|one| question(one, report, language)).collect();
    let sections = [
        section(language.pick("Answers", "Odpowiedzi"), &answers),
        segments::tables(report, language),
        order(report, language),
        made(report, language),
        limits(report, language),
    ];
    Page {
        language,
        title: &report.title,
        kicker: language.pick("a survey of synthetic people", "ankieta wśród syntetycznych osób"),
        style: QUOTES,
        opening: &opening(report, language),
        sections: &sections.concat(),
        date: &report.generated_at.format("%Y-%m-%d"),
    }
    .html()
}

fn opening(report: &SurveyReport, language: Language) -> String {
    format!(
        r#"<p class="lead">{project}{description}</p>
<div class="panel"><p class="verdict">{verdict}</p>{facts}</div>{simulated}"#,
        project = escape(&report.project),
        description =
            report.description.as_deref().map(|d| format!(". {}", escape(d))).unwrap_or_default(),
        verdict = verdict(report, language),
        facts = facts(report, language),
        simulated = simulated(report, language),
    )
}

fn section(title: &str, content: &str) -> String {
    format!("<section><h2>{title}</h2>\n{content}</section>\n")
}

fn verdict(report: &SurveyReport, language: Language) -> String {
    let flow = &report.completion;
    let (complete, invited) =
        (whole(flow.complete.into(), language), whole(flow.invited.into(), language));
    let text = language.pick(
        format!("{complete} of {invited} people who were asked answered everything."),
        format!("Na wszystko odpowiedziało {complete} z {invited} zapytanych osób."),
    );
    escape(&text)
}

fn facts(report: &SurveyReport, language: Language) -> String {
    let flow = &report.completion;
    let number = |n: u32| whole(n.into(), language);
    let invalid: u32 = flow.questions.iter().flat_map(|question| question.invalid.values()).sum();
    let failed: u32 = flow.failed.values().sum();
    let facts = [
        (number(flow.target), language.pick("responses wanted", "odpowiedzi w planie")),
        (number(flow.shortfall), language.pick("people missing for that", "brakujących osób")),
        (number(failed), language.pick("could not be asked", "nie udało się zapytać")),
        (number(flow.dropped_out), language.pick("dropped out", "przerwało")),
        (number(invalid), language.pick("invalid answers", "nieważnych odpowiedzi")),
    ];
    let items: String =
        facts.iter().map(|(n, what)| format!("<li><b>{n}</b><span>{what}</span></li>")).collect();
    let reasons: String = flow
        .failed
        .iter()
        .map(|(reason, n)| format!("<li>{}: {}</li>", escape(reason), number(*n)))
        .collect();
    format!(r#"<ul class="facts">{items}</ul><ul>{reasons}</ul>"#)
}

fn simulated(report: &SurveyReport, language: Language) -> String {
    if !report.is_simulated {
        return String::new();
    }
    let text = language.pick(
        "The answers are simulated by rules, not by a language model.",
        "Odpowiedzi są symulowane przez reguły, a nie przez model językowy.",
    );
    format!(r#"<p class="note">{text}</p>"#)
}

fn question(one: &QuestionAnalytics, report: &SurveyReport, language: Language) -> String {
    let flow = report.completion.questions.iter().find(|flow| flow.question_id == one.question_id);
    let asked = flow.map_or(0, |flow| flow.asked);
    let n = language.pick(
        format!("{} answers of {asked} asked", one.responses_count),
        format!("{} odpowiedzi, zapytano {asked}", one.responses_count),
    );
    let body = match &one.statistics {
        Statistics::Rating(rating) => bars::rating(rating, language),
        Statistics::Nps(nps) => {
            let score = decimal(nps.nps.value, 0, language);
            let [low, high] = nps.nps.interval.map(|x| decimal(x, 0, language));
            format!("<p>NPS {score} ({low} … {high})</p>{}", bars::rating(&nps.rating, language))
        }
        Statistics::Matrix(matrix) => matrix
            .rows
            .iter()
            .map(|(row, rating)| {
                format!("<h3>{}</h3>{}", escape(row), bars::rating(rating, language))
            })
            .collect(),
        Statistics::Numeric(numeric) => {
            let unit = escape(numeric.unit.as_deref().unwrap_or_default());
            let said = [numeric.median, numeric.quartiles[0], numeric.quartiles[1]]
                .map(|x| decimal(x, 1, language));
            let [median, low, high] = said;
            let words = language.pick(
                format!("median {median} {unit}; the middle half: {low} to {high}"),
                format!("mediana {median} {unit}; środkowa połowa: {low} do {high}"),
            );
            format!("<p>{words}</p>{}", bars::shares(&numeric.histogram, language))
        }
        Statistics::Ranking(ranking) => {
            let lead = language.pick("Put first", "Na pierwszym miejscu");
            format!(r#"<p class="source">{lead}</p>{}"#, bars::shares(&ranking.shares, language))
        }
        Statistics::Choice(choice) => bars::shares(&choice.shares, language),
        Statistics::Multiple(multiple) => bars::shares(&multiple.shares, language),
        Statistics::Open(open) => texts(open, language),
        Statistics::Empty {} => {
            language.pick("<p>Nobody answered.</p>", "<p>Nikt nie odpowiedział.</p>").to_owned()
        }
    };
    format!(
        r#"<article class="fit"><div class="head"><h3>{title}</h3></div><p class="source">{n}</p>
{body}</article>
"#,
        title = escape(&one.question_title),
    )
}

fn texts(open: &OpenStatistics, language: Language) -> String {
    let quote = |text: &String| format!("<blockquote>{}</blockquote>", escape(text));
    let heading = |name: &str, n: u64, share: f64, [low, high]: [f64; 2]| {
        let [share, low, high] = [share, low, high].map(|x| percent(x, language));
        format!("<h3>{}</h3><p class=\"source\">{n}: {share} ({low} … {high})</p>", escape(name))
    };
    let mut html = String::new();
    for code in &open.codes {
        html += &heading(&code.label, code.count, code.share, code.interval);
        html.extend(code.examples.iter().map(quote));
    }
    for theme in &open.themes {
        html += &heading(&theme.words.join(", "), theme.count, theme.share, theme.interval);
        html.extend(theme.examples.iter().map(quote));
    }
    if html.is_empty() {
        html.extend(open.sample_responses.iter().map(quote));
    }
    html
}

fn order(report: &SurveyReport, language: Language) -> String {
    if report.order_effects.is_empty() {
        return String::new();
    }
    let items: String = report
        .order_effects
        .iter()
        .map(|effect| {
            let what = match effect.of.as_str() {
                "options" => language.pick("place of the option", "miejsce odpowiedzi"),
                _ => language.pick("early or late", "wcześnie lub późno"),
            };
            let p = p_value(effect.adjusted_p, language);
            format!("<dt>{}, {what}</dt><dd>p = {p}</dd>", escape(&effect.question_id))
        })
        .collect();
    let title = language.pick("Did the order matter?", "Czy kolejność miała znaczenie?");
    section(title, &format!("<dl>{items}</dl>"))
}

fn made(report: &SurveyReport, language: Language) -> String {
    let rows = report
        .manifest
        .iter()
        .map(|(name, value)| format!("<dt>{}</dt><dd>{}</dd>", escape(name), escape(value)));
    let weights = report.weighting.as_ref().map(|weighting| {
        let n = decimal(weighting.effective_n, 0, language);
        let name = language.pick("weighted by", "ważone według");
        format!("<dt>{name}</dt><dd>{} (n = {n})</dd>", escape(&weighting.attributes.join(", ")))
    });
    let rows: String = rows.chain(weights).collect();
    section(language.pick("How it was made", "Jak powstał ten raport"), &format!("<dl>{rows}</dl>"))
}

fn limits(report: &SurveyReport, language: Language) -> String {
    let items: String =
        report.limits.iter().map(|limit| format!("<li>{}</li>", escape(limit))).collect();
    section(
        language.pick("What this cannot tell", "Czego z tego nie wiadomo"),
        &format!(r#"<ul class="limits">{items}</ul>"#),
    )
}

#[cfg(test)]
mod tests;
