//! The instrument itself, to ask people the same: as JSON, and as a form to print.

use serde::{Deserialize, Serialize};

use super::question::{Design, Question, QuestionKind};
use crate::Language;
use crate::text::escape::escape;
use crate::text::page::{ALONE, PageShell};

const STYLE: &str = "
body { font: 11pt/1.45 Georgia, serif; max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
section { break-inside: avoid; margin: 0 0 1.4rem; }
h2 { font-size: 11pt; margin: 0 0 .3rem; }
ul { list-style: none; margin: 0; padding: 0; }
small { color: #555; display: block; }
table { border-collapse: collapse; }
td, th { padding: .15rem .6rem; text-align: center; font-weight: normal; }
th[scope=row] { text-align: left; }
i { border-bottom: 1px solid #999; display: block; height: 1.6rem; }
";

/// A survey as another tool may read it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Instrument {
    /// The shape of this file: `sight-survey/1`.
    pub format: String,
    /// The survey's title.
    pub title: String,
    /// What it is about.
    pub description: Option<String>,
    /// The language of its texts.
    pub language: Language,
    /// How it is asked and weighted.
    pub design: Design,
    /// What it asks.
    pub questions: Vec<Question>,
    /// The header of a file with people's answers: see `human_answers`.
    pub csv_header: String,
}

impl Instrument {
    /// The instrument of a survey.
    pub fn new(
        title: &str,
        description: Option<&str>,
        language: Language,
        design: &Design,
        questions: &[Question],
    ) -> Self {
        Self {
            format: "sight-survey/1".to_owned(),
            title: title.to_owned(),
            description: description.map(str::to_owned),
            language,
            design: design.clone(),
            questions: questions.to_vec(),
            csv_header: columns(questions).join(","),
        }
    }

    /// A form to print: one page that needs nothing else, with boxes to tick and lines to write on.
    pub fn form(&self) -> String {
        let questions: String =
            self.questions.iter().enumerate().map(|(n, q)| self.question(n + 1, q)).collect();
        let description =
            self.description.as_deref().map(|text| format!("<p>{}</p>", escape(text)));
        let (title, description) = (escape(&self.title), description.unwrap_or_default());
        PageShell {
            language: self.language,
            title: &self.title,
            head: &[ALONE],
            styles: &[STYLE],
            body: &format!("<h1>{title}</h1>\n{description}\n{questions}"),
        }
        .html()
    }

    fn question(&self, number: usize, question: &Question) -> String {
        let optional = if question.required {
            ""
        } else {
            self.language.pick(" (optional)", " (nieobowiązkowe)")
        };
        let note =
            question.description.as_deref().map(|text| format!("<small>{}</small>", escape(text)));
        format!(
            "<section><h2>{number}. {title}{optional}</h2>{condition}{note}{body}</section>\n",
            title = escape(&question.title.replace("{{", "[").replace("}}", "]")),
            condition = self.condition(question),
            note = note.unwrap_or_default(),
            body = self.body(question),
        )
    }

    /// Whom the question is for, in words, with the number of the earlier question.
    fn condition(&self, question: &Question) -> String {
        let Some(condition) = &question.show_if else { return String::new() };
        let place = self.questions.iter().position(|other| other.id == condition.question);
        let number = place.map_or(0, |place| place + 1);
        let wanted = match (&condition.any_of, condition.at_least, condition.at_most) {
            (Some(options), ..) => options.join(" / "),
            (_, Some(low), Some(high)) => format!("{low}–{high}"),
            (_, Some(low), None) => format!("≥ {low}"),
            (_, None, Some(high)) => format!("≤ {high}"),
            (None, None, None) => String::new(),
        };
        let text = self.language.pick(
            format!("Only if your answer to {number} was: {wanted}"),
            format!("Tylko jeśli odpowiedź na pytanie {number} to: {wanted}"),
        );
        format!("<small>{}</small>", escape(&text))
    }

    fn body(&self, question: &Question) -> String {
        let list = |mark: &str| -> String {
            let items = question.choices().iter().map(|o| format!("<li>{mark} {}</li>", escape(o)));
            format!("<ul>{}</ul>", items.collect::<String>())
        };
        match question.kind {
            QuestionKind::SingleChoice => list("◯"),
            QuestionKind::MultipleChoice => list("☐"),
            QuestionKind::Ranking => list("___"),
            QuestionKind::OpenText => "<i></i><i></i><i></i>".to_owned(),
            QuestionKind::Numeric => {
                format!("__________ {}", escape(question.unit.as_deref().unwrap_or_default()))
            }
            QuestionKind::RatingScale | QuestionKind::Nps => scale(question, &[String::new()]),
            QuestionKind::Matrix => scale(question, question.items()),
        }
    }
}

fn scale(question: &Question, rows: &[String]) -> String {
    let (low, high) = question.scale();
    let label = |point: i32| {
        let labels = question.scale_labels.as_deref().unwrap_or_default();
        let place = usize::try_from(point - low).unwrap_or(0);
        let text = match labels {
            [first, _] if point == low => Some(first),
            [_, last] if point == high => Some(last),
            [_, _] => None,
            all => all.get(place),
        };
        let text = text.map(|text| format!("<br>{}", escape(text))).unwrap_or_default();
        format!(r#"<th scope="col">{point}{text}</th>"#)
    };
    let heads: String = (low..=high).map(label).collect();
    let boxes = "<td>◯</td>".repeat(question.points());
    let rows: String = rows
        .iter()
        .map(|row| format!(r#"<tr><th scope="row">{}</th>{boxes}</tr>"#, escape(row)))
        .collect();
    format!("<table><thead><tr><th></th>{heads}</tr></thead><tbody>{rows}</tbody></table>")
}

/// The columns of a file with people's answers: one a question, one a row of a matrix (`id/row`), one an option of a
/// multiple choice (`id/option`, which is 0 or 1), in the survey's order.
pub fn columns(questions: &[Question]) -> Vec<String> {
    questions.iter().flat_map(columns_of).map(|name| crate::text::csv::quote(&name)).collect()
}

/// The columns of a question by their names, as they are before a file quotes them.
pub(in crate::survey) fn columns_of(question: &Question) -> Vec<String> {
    let parts = match question.kind {
        QuestionKind::Matrix => question.items(),
        QuestionKind::MultipleChoice => question.choices(),
        _ => return vec![question.id.clone()],
    };
    parts.iter().map(|part| format!("{}/{part}", question.id)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::survey::sample::questions;

    #[test]
    fn a_form_has_every_question_safely_and_says_who_is_meant() {
        let questions = questions(json!([
            { "id": "a", "type": "single-choice", "title": "<b>Tea?", "options": ["yes", "no"] },
            { "id": "b", "type": "open-text", "title": "Why {{a}}?",
              "showIf": { "question": "a", "anyOf": ["no"] } },
            { "id": "c", "type": "matrix", "title": "M", "rows": ["price", "taste"],
              "scaleLabels": ["bad", "good"] },
        ]));
        let instrument =
            Instrument::new("T", None, Language::English, &Design::default(), &questions);

        let form = instrument.form();

        assert!(form.contains("1. &lt;b&gt;Tea?") && form.contains("◯ yes"));
        assert!(form.contains("Only if your answer to 1 was: no"));
        assert!(form.contains("1<br>bad") && form.contains("5<br>good"));
        assert_eq!(instrument.csv_header, "a,b,c/price,c/taste");
        let json = serde_json::to_string(&instrument).unwrap();
        assert_eq!(serde_json::from_str::<Instrument>(&json).unwrap(), instrument);
    }
}
