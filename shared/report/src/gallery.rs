//! The people, one card each.

use super::PersonaEntry;
use shared::Language;
use shared::text::escape::escape;
use shared::text::number::{age, people};

/// People shown on the page; the spreadsheet has all.
const SHOWN: usize = 200;

/// The cards of the first people.
pub(super) fn gallery(personas: &[PersonaEntry], language: Language) -> String {
    let cards: String = personas.iter().take(SHOWN).map(|p| card(p, language)).collect();
    let more = personas.len().saturating_sub(SHOWN);
    let rest = if more == 0 {
        String::new()
    } else {
        let more = people(more as u64, language);
        let text = language.pick(
            format!("{more} more are in the spreadsheet."),
            format!("W arkuszu jest jeszcze {more}."),
        );
        format!(r#"<p class="note">{text}</p>"#)
    };
    format!(r#"<ol class="people">{cards}</ol>{rest}"#)
}

fn card(persona: &PersonaEntry, language: Language) -> String {
    let age = age(persona.age, language);
    let who = joined(&[&age, &persona.occupation, &persona.place]);
    let more = joined(&[&persona.gender, &persona.education, &persona.income]);
    format!(
        r#"<li class="person"><h3>{name}</h3><p class="who">{who}<br>{more}</p>
<p class="headline">{headline}</p>
{traits}{values}{interests}{story}</li>
"#,
        name = escape(&persona.name),
        who = escape(&who),
        more = escape(&more),
        headline = escape(&persona.headline),
        traits = traits(persona.big_five, language),
        values = tags(language.pick("Values", "Wartości"), &persona.values),
        interests = tags(language.pick("Interests", "Zainteresowania"), &persona.interests),
        story = story(persona, language),
    )
}

fn joined(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    parts.join(" · ")
}

fn traits(traits: [f32; 5], language: Language) -> String {
    let names = language.pick(
        ["openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism"],
        ["otwartość", "sumienność", "ekstrawersja", "ugodowość", "neurotyczność"],
    );
    let rows: String = names
        .iter()
        .zip(traits)
        .map(|(name, value)| {
            let percent = (value.clamp(0.0, 1.0) * 100.0).round();
            format!(
                r#"<dt>{name}</dt><dd><svg viewBox="0 0 100 5" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="band" width="100" height="5"/><rect class="a" width="{percent}" height="5"/></svg><span class="n">{percent}</span></dd>"#
            )
        })
        .collect();
    format!(r#"<dl class="traits">{rows}</dl>"#)
}

fn tags(title: &str, tags: &[String]) -> String {
    if tags.is_empty() {
        return String::new();
    }
    format!(r#"<p class="tags"><span>{title}:</span> {}</p>"#, escape(&tags.join(", ")))
}

fn story(persona: &PersonaEntry, language: Language) -> String {
    let paragraphs: String = persona
        .story
        .split("\n\n")
        .filter(|paragraph| !paragraph.trim().is_empty())
        .map(|paragraph| format!("<p>{}</p>", escape(paragraph.trim())))
        .collect();
    let concerns: String =
        persona.concerns.iter().map(|concern| format!("<li>{}</li>", escape(concern))).collect();
    let concerns = if concerns.is_empty() { concerns } else { format!("<ul>{concerns}</ul>") };
    format!(
        r#"<details><summary>{summary}</summary><div class="story">{paragraphs}{speaks}{decides}{concerns}</div></details>"#,
        summary = language.pick("Read the story", "Przeczytaj historię"),
        speaks = tags(language.pick("Speaks", "Jak mówi"), &one(&persona.communication_style)),
        decides =
            tags(language.pick("Decides", "Jak decyduje"), &one(&persona.decision_making_style)),
    )
}

fn one(text: &str) -> Vec<String> {
    if text.is_empty() { Vec::new() } else { vec![text.to_owned()] }
}
