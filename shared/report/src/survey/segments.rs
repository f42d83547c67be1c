//! Tables by segment: one line a question, one column a group.

use crate::survey::{SurveyReport, section};
use shared::Language;
use shared::survey::result::{Cell, SegmentTable, Share, Statistics};
use shared::survey::segment::Attribute;
use shared::text::escape::escape;
use shared::text::number::{decimal, p_value, percent, whole};

pub(super) fn tables(report: &SurveyReport, language: Language) -> String {
    if report.segments.is_empty() {
        return String::new();
    }
    let tables: String = report.segments.iter().map(|table| one(table, language)).collect();
    let lead = language.pick(
        "Means of ratings and numbers, mean places of ranked options (1 is first), shares of the most \
         common option of a choice and of every option where several could be chosen. A group below 30 \
         has a *, one with fewer than 10 answers to a question takes no part in its test; p values are \
         corrected over each table, and there is none where too few people are expected in a cell.",
        "Średnie ocen i liczb, średnie miejsca w rankingach (1 to pierwsze), udział najczęstszej \
         odpowiedzi w pytaniach wyboru, a gdzie można było wybrać kilka – każdej z nich. Grupa poniżej \
         30 osób ma *, a taka, w której na pytanie odpowiedziało mniej niż 10, nie bierze udziału w jego \
         teście; wartości p są skorygowane w całej tabeli, a nie ma ich tam, gdzie w komórce oczekiwano \
         za mało osób.",
    );
    let title = language.pick("By segment", "Według grup");
    section(title, &format!(r#"<p class="lead">{lead}</p>{tables}"#))
}

fn one(table: &SegmentTable, language: Language) -> String {
    let heads: String = table
        .segments
        .iter()
        .map(|group| {
            let star = if group.note.is_some() { "*" } else { "" };
            let n = whole(group.n, language);
            format!(r#"<th scope="col" class="n">{}{star}<br>n = {n}</th>"#, escape(&group.label))
        })
        .collect();
    let rows: String = table.questions.iter().map(|cell| lines(cell, language)).collect();
    let name = Attribute::parse(&table.by)
        .map_or_else(|| table.by.clone(), |by| by.name(language).to_owned());
    format!(
        r#"<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table class="figures"><caption>{name}</caption><thead><tr><th scope="col"></th>{heads}<th scope="col" class="n">p</th></tr></thead><tbody>
{rows}</tbody></table></div>
{drawn}"#,
        name = escape(&name),
        drawn = drawn(table, language),
    )
}

/// A word on groups that are blurred, because who is in which was drawn.
fn drawn(table: &SegmentTable, language: Language) -> String {
    if table.drawn == 0 {
        return String::new();
    }
    let n = whole(table.drawn, language);
    let text = language.pick(
        format!(
            "{n} people are in their group by one point that was drawn from their whole distribution: \
             groups are less different here than they are."
        ),
        format!(
            "{n} osób trafiło do swojej grupy przez jeden punkt wylosowany z ich pełnego rozkładu: różnice \
             między grupami są tu mniejsze niż naprawdę."
        ),
    );
    format!(r#"<p class="source">{text}</p>"#)
}

/// The lines of a question: of one with parts a line each, of open answers none.
fn lines(cell: &Cell, language: Language) -> String {
    let Some(first) = cell.groups.first() else { return String::new() };
    let parts: Vec<(Option<&str>, Option<f64>)> = match part_names(cell) {
        Some(names) => names.into_iter().map(|name| (Some(name), part_p(cell, name))).collect(),
        None if matches!(first.statistics, Statistics::Open(_)) => return String::new(),
        None => vec![(None, cell.adjusted_p)],
    };
    let title = escape(&first.question_title);
    let line = |(part, p): (Option<&str>, Option<f64>)| {
        let figures = cell.groups.iter().map(|group| {
            let figure = figure(&group.statistics, part, language);
            format!(r#"<td class="n">{}</td>"#, figure.unwrap_or_else(|| "–".to_owned()))
        });
        format!(
            r#"<tr><th scope="row">{title}{part}</th>{figures}<td class="n">{p}</td></tr>
"#,
            part = part.map(|part| format!("<small>{}</small>", escape(part))).unwrap_or_default(),
            figures = figures.collect::<String>(),
            p = p.map_or_else(|| "–".to_owned(), |p| p_value(p, language)),
        )
    };
    parts.into_iter().map(line).collect()
}

/// The rows of a battery, the options of a multiple choice or a ranking, and of a single choice the option
/// that is most common in the largest group.
fn part_names(cell: &Cell) -> Option<Vec<&str>> {
    if !cell.tests.is_empty() {
        return Some(cell.tests.iter().map(|test| test.part.as_str()).collect());
    }
    let largest = cell.groups.iter().max_by_key(|group| group.responses_count)?;
    match &largest.statistics {
        Statistics::Choice(choice) => Some(vec![choice.most_common.as_deref()?]),
        Statistics::Multiple(multiple) => {
            Some(multiple.shares.iter().map(|share| share.key.as_str()).collect())
        }
        Statistics::Ranking(ranking) => {
            Some(ranking.mean_rank.keys().map(String::as_str).collect())
        }
        Statistics::Matrix(matrix) => Some(matrix.rows.keys().map(String::as_str).collect()),
        _ => None,
    }
}

fn part_p(cell: &Cell, part: &str) -> Option<f64> {
    match cell.tests.iter().find(|test| test.part == part) {
        Some(test) => test.adjusted_p,
        None => cell.adjusted_p,
    }
}

fn figure(statistics: &Statistics, part: Option<&str>, language: Language) -> Option<String> {
    let share = |shares: &[Share]| {
        let share = shares.iter().find(|share| Some(share.key.as_str()) == part)?;
        Some(percent(share.share, language))
    };
    match statistics {
        Statistics::Rating(rating) => Some(decimal(rating.mean, 2, language)),
        Statistics::Nps(nps) => Some(decimal(nps.rating.mean, 2, language)),
        Statistics::Numeric(numeric) => Some(decimal(numeric.mean, 1, language)),
        Statistics::Choice(choice) => share(&choice.shares),
        Statistics::Multiple(multiple) => share(&multiple.shares),
        Statistics::Ranking(ranking) => Some(decimal(*ranking.mean_rank.get(part?)?, 2, language)),
        Statistics::Matrix(matrix) => Some(decimal(matrix.rows.get(part?)?.mean, 2, language)),
        Statistics::Open(_) | Statistics::Empty {} => None,
    }
}
