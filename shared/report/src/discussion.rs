//! A focus group for people to read: what it comes to, how like people's it is, who said what, and what
//! it cannot tell. JSON is [`DiscussionReport`] itself.

mod charts;
mod lines;

pub use lines::discussion_lines;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::page::Page;
use shared::discussion::graph::{Analytics, ConceptFigures};
use shared::discussion::realism::Realism;
use shared::discussion::summary::{Proven, Summary};
use shared::discussion::{Act, TurnKind};
use shared::id::TurnId;
use shared::text::escape::escape;
use shared::text::number::{decimal, people};
use shared::{Language, Seed};

/// A turn as a report shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TurnEntry {
    /// Names it.
    pub id: TurnId,
    /// Its place.
    pub number: u32,
    /// Which question, from 0.
    pub question: u32,
    /// What it is.
    pub kind: TurnKind,
    /// Who; none is the moderator.
    pub speaker: Option<String>,
    /// What it takes up.
    pub reply_to: Option<TurnId>,
    /// What is done by it.
    pub act: Option<Act>,
    /// From -2 to 2.
    pub stance: Option<i8>,
    /// The words; none where it is missing.
    pub text: Option<String>,
}

/// A focus group, what was said and what it comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DiscussionReport {
    /// Its project's name.
    pub project: String,
    /// The group's name.
    pub group: String,
    /// Of everything that was said.
    pub language: Language,
    /// Replays the discussion.
    pub seed: Seed,
    /// Who spoke for the participants.
    pub models: Vec<String>,
    /// The prompts of the turns.
    pub prompt_versions: Vec<String>,
    /// SHA-256 of what the run was told.
    pub input_sha256: String,
    /// Whether no language model was asked.
    pub simulated: bool,
    /// When the report was made.
    pub generated_at: DateTime<Utc>,
    /// The guide.
    pub questions: Vec<String>,
    pub turns: Vec<TurnEntry>,
    /// How like people's it is.
    pub realism: Realism,
    /// What it comes to.
    pub summary: Summary,
    /// What its graph shows; none where Neo4j was away.
    pub analytics: Option<Analytics>,
}

/// The report as a self-contained HTML page in the language of the discussion.
pub fn discussion_html(report: &DiscussionReport) -> String {
    let language = report.language;
    let verdict = escape(&report.summary.executive_summary);
    let panel = format!(r#"<div class="panel"><p class="verdict">{verdict}</p></div>"#);
    let sections = [
        insights(report),
        realism(report),
        graph(report),
        transcript(report),
        made(report),
        limits(report),
    ];
    Page {
        language,
        title: &format!("{}: {}", report.project, report.group),
        kicker: language
            .pick("a focus group of simulated people", "grupa fokusowa z symulowanymi osobami"),
        style: include_str!("discussion.css"),
        opening: &(panel + &note(report)),
        sections: &sections.concat(),
        date: &report.generated_at.format("%Y-%m-%d"),
    }
    .html()
}

/// One line a turn, as the population's CSV is written.
pub fn discussion_csv(report: &DiscussionReport) -> String {
    let header =
        ["number", "question", "kind", "speaker", "act", "reply_to", "stance", "text", "id"];
    let mut text = String::from('\u{feff}');
    shared::text::csv::push_line(&mut text, &header.map(str::to_owned));
    let number_of = |id: TurnId| report.turns.iter().find(|turn| turn.id == id).map(|t| t.number);
    for turn in &report.turns {
        let optional = |number: Option<u32>| number.map(|n| n.to_string()).unwrap_or_default();
        let cells = [
            turn.number.to_string(),
            (turn.question + 1).to_string(),
            turn.kind.as_str().to_owned(),
            turn.speaker.clone().unwrap_or_default(),
            turn.act.map(Act::as_str).unwrap_or_default().to_owned(),
            optional(turn.reply_to.and_then(number_of)),
            turn.stance.map(|stance| stance.to_string()).unwrap_or_default(),
            turn.text.clone().unwrap_or_default(),
            turn.id.to_string(),
        ];
        shared::text::csv::push_line(&mut text, &cells);
    }
    text
}

fn section(title: &str, lead: &str, content: &str) -> String {
    format!(
        "<section><h2>{}</h2>\n<p class=\"lead\">{}</p>{content}</section>\n",
        escape(title),
        escape(lead)
    )
}

fn note(report: &DiscussionReport) -> String {
    if !report.simulated {
        return String::new();
    }
    let text = report.language.pick(
        "The participants are the offline ones: a grammar, not a language model. The page shows the \
         product; its figures test the machinery.",
        "Uczestnicy działają bez sieci: to gramatyka, nie model językowy. Strona pokazuje produkt, a jej \
         liczby sprawdzają mechanizm.",
    );
    format!(r#"<p class="note">{text}</p>"#)
}

fn insights(report: &DiscussionReport) -> String {
    let (summary, language) = (&report.summary, report.language);
    let proven = |proven: &Proven| {
        let quotes: String = proven
            .quotes
            .iter()
            .map(|quote| {
                let who = report.turns.iter().find(|turn| turn.id == quote.response_id);
                let name = who.and_then(|turn| turn.speaker.as_deref()).unwrap_or("");
                format!(
                    r##"<blockquote><a href="#t{}">{}</a>: {}</blockquote>"##,
                    who.map_or(0, |turn| turn.number),
                    escape(name),
                    escape(&quote.text)
                )
            })
            .collect();
        let cited = proven.response_ids.len();
        let count = language.pick("answers", "wypowiedzi");
        format!("<li>{} <small>({count}: {cited})</small>{quotes}</li>", escape(&proven.text))
    };
    let list = |all: &[Proven]| all.iter().map(proven).collect::<String>();
    let mut content = format!("<ol class=\"insights\">{}</ol>", list(&summary.evidence.insights));
    if !summary.evidence.surprises.is_empty() {
        let title = language.pick("Surprises", "Zaskoczenia");
        content += &format!(
            "<h3>{title}</h3><ul class=\"insights\">{}</ul>",
            list(&summary.evidence.surprises)
        );
    }
    content += &charts::sentiment(&summary.evidence.sentiment, language);
    content += &method(report);
    let segments: String = summary
        .segment_analysis
        .iter()
        .map(|(name, text)| format!("<dt>{}</dt><dd>{}</dd>", escape(name), escape(text)))
        .collect();
    content += &format!("<dl>{segments}</dl>");
    let next: String =
        summary.recommendations.iter().map(|r| format!("<li>{}</li>", escape(r))).collect();
    if !next.is_empty() {
        let title = language.pick("What to ask next", "O co zapytać dalej");
        content += &format!("<h3>{title}</h3><ul>{next}</ul>");
    }
    let evidence = &summary.evidence;
    let checked = match language {
        Language::English => format!(
            "Quotes are in a stored answer letter by letter: {} kept, {} dropped. Insights without an \
             answer: {} dropped.",
            evidence.quotes_kept, evidence.quotes_dropped, evidence.insights_dropped
        ),
        Language::Polish => format!(
            "Cytaty są co do litery w zapisanej wypowiedzi: zachowane {}, odrzucone {}. Wnioski bez \
             wypowiedzi: odrzucone {}.",
            evidence.quotes_kept, evidence.quotes_dropped, evidence.insights_dropped
        ),
    };
    section(language.pick("What it comes to", "Co z tego wynika"), &checked, &content)
}

/// Of whom the figures above are, and how they were made.
fn method(report: &DiscussionReport) -> String {
    let made = report.summary.evidence.how_made.as_ref();
    let made = made.map(|made| format!(r#"<p class="source">{}</p>"#, escape(&made.method)));
    made.unwrap_or_default()
}

fn realism(report: &DiscussionReport) -> String {
    let language = report.language;
    let rows: String =
        report.realism.measures.iter().map(|measure| charts::measure(measure, language)).collect();
    let head = format!(
        "<thead><tr><th>{}</th><th>{}</th><th class=\"n\">{}</th><th class=\"n\">{}</th></tr></thead>",
        language.pick("measure", "miara"),
        language.pick("band of human groups, this discussion", "pasmo grup ludzkich, ta rozmowa"),
        language.pick("here", "tutaj"),
        language.pick("people", "ludzie"),
    );
    let lead = language.pick(
        "Whether it has the shape of people's discussions; not whether people would say so.",
        "Czy ma kształt rozmowy ludzi; nie to, czy ludzie by tak powiedzieli.",
    );
    let content = format!("<table class=\"bars\">{head}<tbody>{rows}</tbody></table>");
    section(language.pick("Like people's?", "Czy jak u ludzi?"), lead, &content)
}

fn graph(report: &DiscussionReport) -> String {
    let language = report.language;
    let Some(analytics) = &report.analytics else { return String::new() };
    let lead = language.pick(
        "What most people speak of, and in which tone; lines are 95 % intervals of the mean.",
        "O czym mówi najwięcej osób i jakim tonem; kreski to 95-procentowe przedziały średniej.",
    );
    let concepts: String =
        analytics.concepts.iter().take(12).map(|c| charts::concept(c, language)).collect();
    let of = |name: &String| analytics.concepts.iter().find(|concept| concept.name == *name);
    let divided: Vec<String> = analytics
        .controversial
        .iter()
        .filter_map(of)
        .take(5)
        .map(|concept| dividing(concept, language))
        .collect();
    let mut content =
        format!("<table class=\"bars\"><tbody>{concepts}</tbody></table>{}", method(report));
    if !divided.is_empty() {
        let title = language.pick("Dividing", "Dzieli");
        content += &format!("<p><b>{title}</b>: {}</p>", divided.join(", "));
    }
    section(language.pick("What was spoken of", "O czym mówiono"), lead, &content)
}

/// A concept that divides, with how many are for it and against it.
fn dividing(concept: &ConceptFigures, language: Language) -> String {
    let (well, ill) = (concept.supporters.len(), concept.critics.len());
    let sides = language.pick(
        format!("{well} for, {ill} against"),
        format!("przychylnie {well}, krytycznie {ill}"),
    );
    format!("{} (n = {}: {sides})", escape(&concept.name), concept.people)
}

fn transcript(report: &DiscussionReport) -> String {
    let language = report.language;
    let mut content = String::new();
    for (place, question) in (0..).zip(&report.questions) {
        content += &format!("<h3>{}</h3><ol class=\"talk\">", escape(question));
        for turn in report.turns.iter().filter(|turn| turn.question == place) {
            content += &spoken(report, turn);
        }
        content += "</ol>";
    }
    let speakers: std::collections::BTreeSet<&str> =
        report.turns.iter().filter_map(|turn| turn.speaker.as_deref()).collect();
    let lead = people(speakers.len() as u64, language);
    section(language.pick("The discussion", "Rozmowa"), &lead, &content)
}

fn spoken(report: &DiscussionReport, turn: &TurnEntry) -> String {
    let language = report.language;
    let moderator = language.pick("Moderator", "Moderacja");
    let who = turn.speaker.as_deref().unwrap_or(moderator);
    let taken = turn.reply_to.and_then(|id| report.turns.iter().find(|other| other.id == id));
    let to = taken.map(|other| {
        let name = other.speaker.as_deref().unwrap_or(moderator);
        format!(r##" <a href="#t{}">→ {}</a>"##, other.number, escape(name))
    });
    let missing = language.pick("(missing)", "(brak)");
    let text = turn.text.as_deref().unwrap_or(missing);
    format!(
        r#"<li id="t{}" class="{}"><b>{}</b>{} {}</li>"#,
        turn.number,
        turn.kind.as_str(),
        escape(who),
        to.unwrap_or_default(),
        escape(text)
    )
}

fn made(report: &DiscussionReport) -> String {
    let language = report.language;
    let rows = [
        (language.pick("Model", "Model"), report.models.join(", ")),
        (language.pick("Prompts", "Prompty"), report.prompt_versions.join(", ")),
        (language.pick("Seed", "Ziarno"), report.seed.0.to_string()),
        (language.pick("Input, SHA-256", "Wejście, SHA-256"), report.input_sha256.clone()),
        (language.pick("Turns", "Wypowiedzi"), report.realism.turns.to_string()),
        (language.pick("Words", "Słowa"), report.realism.words.to_string()),
        (language.pick("Missing", "Brakujące"), report.realism.missing.to_string()),
        (
            language.pick("Median words a turn", "Mediana słów w wypowiedzi"),
            decimal(report.realism.value("median_words").unwrap_or(0.0), 1, language),
        ),
    ];
    let rows: String = rows
        .iter()
        .map(|(name, value)| format!("<dt>{name}</dt><dd>{}</dd>", escape(value)))
        .collect();
    let lead = language.pick(
        "Offline, the same seed and input give the same bytes.",
        "Bez sieci to samo ziarno i wejście dają te same bajty.",
    );
    section(language.pick("How it was made", "Jak powstało"), lead, &format!("<dl>{rows}</dl>"))
}

fn limits(report: &DiscussionReport) -> String {
    let items: String =
        report.summary.limits.iter().map(|text| format!("<li>{}</li>", escape(text))).collect();
    let title = report.language.pick("What this cannot tell", "Czego z tego nie wiadomo");
    section(title, "", &format!(r#"<ul class="limits">{items}</ul>"#))
}

#[cfg(test)]
mod tests;
