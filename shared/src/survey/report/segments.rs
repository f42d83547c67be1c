//! Tables by segment: one line a question, one column a group.

use super::{SurveyReport, section};
use crate::Language;
use crate::report::escape::escape;
use crate::report::number::{decimal, p_value, percent, whole};
use crate::survey::result::{Cell, SegmentTable, Statistics};
use crate::survey::segment::Attribute;

pub(super) fn tables(report: &SurveyReport, language: Language) -> String {
    if report.segments.is_empty() {
        return String::new();
    }
    let tables: String = report.segments.iter().map(|table| one(table, language)).collect();
    let lead = language.pick(
        "Means of ratings and numbers, shares of the most common option of a choice. A group below 30 \
         has a *, one below 10 takes no part in the tests; p values are corrected over each table.",
        "Średnie ocen i liczb, udział najczęstszej odpowiedzi w pytaniach wyboru. Grupa poniżej 30 osób \
         ma *, a poniżej 10 nie bierze udziału w testach; wartości p są skorygowane w całej tabeli.",
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
    let rows: String = table.questions.iter().filter_map(|cell| row(cell, language)).collect();
    let name = Attribute::parse(&table.by)
        .map_or_else(|| table.by.clone(), |by| by.name(language).to_owned());
    format!(
        r#"<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table class="figures"><caption>{name}</caption><thead><tr><th scope="col"></th>{heads}<th scope="col" class="n">p</th></tr></thead><tbody>
{rows}</tbody></table></div>
"#,
        name = escape(&name),
    )
}

fn row(cell: &Cell, language: Language) -> Option<String> {
    let first = cell.groups.first()?;
    let common =
        cell.groups.iter().max_by_key(|group| group.responses_count).and_then(|group| match &group
            .statistics
        {
            Statistics::Choice(choice) => choice.most_common.clone(),
            _ => None,
        });
    let figures: Option<String> = cell
        .groups
        .iter()
        .map(|group| {
            let figure = match &group.statistics {
                Statistics::Rating(rating) => decimal(rating.mean, 2, language),
                Statistics::Nps(nps) => decimal(nps.rating.mean, 2, language),
                Statistics::Numeric(numeric) => decimal(numeric.mean, 1, language),
                Statistics::Choice(choice) => {
                    let share =
                        choice.shares.iter().find(|share| Some(&share.key) == common.as_ref());
                    share.map_or("–".to_owned(), |share| percent(share.share, language))
                }
                Statistics::Empty {} => "–".to_owned(),
                _ => return None,
            };
            Some(format!(r#"<td class="n">{figure}</td>"#))
        })
        .collect();
    let p = cell.adjusted_p.map_or("–".to_owned(), |p| p_value(p, language));
    let option = common.map(|option| format!("<small>{}</small>", escape(&option)));
    Some(format!(
        r#"<tr><th scope="row">{title}{option}</th>{figures}<td class="n">{p}</td></tr>
"#,
        title = escape(&first.question_title),
        option = option.unwrap_or_default(),
        figures = figures?,
    ))
}
