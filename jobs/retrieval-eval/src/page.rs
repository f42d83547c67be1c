//! The evaluation as one page that needs nothing else: no script, no font, no server.

use std::fmt::Write;

use shared::Language;
use shared::text::escape::escape;
use shared::text::page::{ALONE, PageShell, VIEWPORT};

use crate::bootstrap::Interval;
use crate::measure::Measure;
use crate::report::{Group, Report};
use crate::table;

const STYLE: &str = include_str!("page.css");
/// A plot's size in pixels: names, marks, the height of a line.
const NAMES: f64 = 150.0;
const MARKS: f64 = 460.0;
const LINE: f64 = 26.0;

pub(crate) fn html(report: &Report) -> String {
    let findings = report.findings.iter().map(|finding| format!("<li>{}</li>", escape(finding)));
    let plots = report.groups.iter().map(|group| {
        let plots = Measure::ALL.iter().map(|measure| plot(group, *measure)).collect::<String>();
        let gains = gains(group);
        format!("<section><h2>{}</h2>{plots}{gains}</section>", escape(&group.title))
    });
    let title = format!("Retrieval on {}", report.collection);
    let body = format!(
        "<h1>{title}</h1>
<p>{texts} texts, {chunks} chunks, {answered} questions with an answer, {unanswered} without.
Vectors: {model} of {dimensions} dimensions. A line is the interval of 95 % over the questions
(bootstrap, seed {seed}).</p>
<ul>{findings}</ul>
{plots}
<section><h2>All numbers</h2><pre>{table}</pre></section>
",
        title = escape(&title),
        texts = report.texts,
        chunks = report.chunks,
        answered = report.answered,
        unanswered = report.unanswered,
        model = escape(&report.model.name),
        dimensions = report.model.dimensions,
        seed = report.seed,
        findings = findings.collect::<String>(),
        plots = plots.collect::<String>(),
        table = escape(&table::table(report)),
    );
    PageShell {
        language: Language::English,
        title: &title,
        head: &[VIEWPORT, ALONE],
        styles: &[STYLE],
        body: &body,
    }
    .html()
}

fn plot(group: &Group, measure: Measure) -> String {
    let rows = group.systems.iter().map(|one| (one.name.as_str(), one.measures[&measure]));
    figure(measure.name(), &rows.collect::<Vec<_>>())
}

/// The paired gains over the first system; the line of nothing gained is drawn.
fn gains(group: &Group) -> String {
    let rows = group.systems[1..].iter();
    let rows = rows.map(|one| (one.name.as_str(), one.differences[&Measure::Ndcg10]));
    let title = format!("nDCG@10, gain over {}", group.systems[0].name);
    figure(&title, &rows.collect::<Vec<_>>())
}

fn figure(title: &str, rows: &[(&str, Interval)]) -> String {
    let low = rows.iter().map(|(_, value)| value.low).fold(f64::INFINITY, f64::min);
    let high = rows.iter().map(|(_, value)| value.high).fold(f64::NEG_INFINITY, f64::max);
    if !low.is_finite() || !high.is_finite() {
        return String::new();
    }
    let span = (high - low).max(1e-6) * 1.1;
    let left = low - span * 0.05;
    let x = |value: f64| NAMES + (value - left) / span * MARKS;
    let mut marks = String::new();
    if left < 0.0 && left + span > 0.0 {
        line(&mut marks, "zero", x(0.0), 0.0, x(0.0), LINE * crate::measure::number(rows.len()));
    }
    for (at, (name, value)) in rows.iter().enumerate() {
        let y = LINE * (crate::measure::number(at) + 0.5);
        line(&mut marks, "interval", x(value.low), y, x(value.high), y);
        write!(
            marks,
            r#"<circle cx="{:.1}" cy="{y:.1}" r="4"/><text x="{:.1}" y="{:.1}" class="name">{}</text><text x="{:.1}" y="{:.1}">{:.4}</text>"#,
            x(value.mean), NAMES - 8.0, y + 4.0, escape(name), NAMES + MARKS + 8.0, y + 4.0, value.mean
        )
        .expect("a string takes every mark");
    }
    let (width, height) = (NAMES + MARKS + 70.0, LINE * crate::measure::number(rows.len()));
    format!(
        r#"<figure><figcaption>{}</figcaption><svg viewBox="0 0 {width} {height}" role="img" aria-label="{}">{marks}</svg></figure>"#,
        escape(title),
        escape(title)
    )
}

fn line(marks: &mut String, class: &str, x1: f64, y1: f64, x2: f64, y2: f64) {
    write!(marks, r#"<line class="{class}" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#)
        .expect("a string takes every mark");
}
