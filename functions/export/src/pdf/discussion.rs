//! A discussion as a report: what it comes to with its evidence, and what was said.

use shared::discussion::summary::{Proven, Summary, SummaryShare};
use shared::text::number::percent;
use shared::{Language, text::number};

use super::{Bar, Part, Report};
use crate::discussion::{Discussion, Said};

/// The report of a discussion whose words are masked, or need not be.
pub(crate) fn discussion(discussion: &Discussion, language: Language) -> Report {
    let mut parts: Vec<Part> =
        discussion.description().iter().flat_map(|text| Part::paragraphs(text)).collect();
    if let Some(summary) = discussion.summary() {
        parts.extend(summed_up(summary, discussion, language));
    }
    parts.push(Part::section(language.pick("The discussion", "Rozmowa")));
    for (place, question) in (0..).zip(discussion.questions()) {
        parts.push(Part::subsection(question.clone()));
        let turns = discussion.turns().iter().filter(|turn| turn.question == place);
        parts.extend(turns.map(|turn| spoken(turn, discussion, language)));
    }
    let kicker = language
        .pick("A focus group of simulated people", "Grupa fokusowa z symulowanymi osobami")
        .to_owned();
    Report { title: discussion.name().to_owned(), kicker, language, parts }
}

fn spoken(turn: &Said, discussion: &Discussion, language: Language) -> Part {
    let moderator = language.pick("Moderator", "Moderacja");
    let name = |turn: &Said| turn.speaker.clone().unwrap_or_else(|| moderator.to_owned());
    let taken = turn.reply_to.and_then(|number| discussion.turn(number));
    let number = turn.number + 1;
    let about = match taken {
        Some(other) => format!("{number} → {} ({})", other.number + 1, name(other)),
        None => number.to_string(),
    };
    let text = match turn.said.as_deref() {
        Some(said) => super::paragraphs(said),
        None => vec![language.pick("(missing)", "(brak)").to_owned()],
    };
    Part::Turn { speaker: name(turn), about: Some(about), text }
}

fn summed_up(summary: &Summary, discussion: &Discussion, language: Language) -> Vec<Part> {
    let mut parts = vec![Part::section(language.pick("What it comes to", "Co z tego wynika"))];
    let whole = super::paragraphs(&summary.executive_summary);
    if !whole.is_empty() {
        parts.push(Part::Panel { text: whole });
    }
    let evidence = &summary.evidence;
    for (title, found) in [
        (language.pick("Insights", "Wnioski"), &evidence.insights),
        (language.pick("Surprises", "Zaskoczenia"), &evidence.surprises),
    ] {
        if !found.is_empty() {
            parts.push(Part::subsection(title));
            parts.extend(found.iter().flat_map(|one| proven(one, discussion, language)));
        }
    }
    if !evidence.sentiment.is_empty() {
        let title =
            language.pick("People by the tone of their answers", "Osoby według tonu wypowiedzi");
        parts.push(Part::subsection(title));
        parts.push(Part::chart(title, tones(&evidence.sentiment, language)));
        let made = evidence.how_made.as_ref();
        parts.extend(made.map(|made| Part::note(made.method.as_str())));
    }
    for (name, text) in &summary.segment_analysis {
        parts.push(Part::Paragraph { text: format!("{name}: {text}") });
    }
    if !summary.recommendations.is_empty() {
        parts.push(Part::subsection(
            language.pick("What to do or ask next", "Co zrobić lub o co zapytać dalej"),
        ));
        parts.push(Part::list(summary.recommendations.iter().cloned()));
    }
    if !summary.limits.is_empty() {
        parts.push(Part::subsection(
            language.pick("What the summary cannot tell", "Czego podsumowanie nie mówi"),
        ));
        parts.push(Part::list(summary.limits.iter().cloned()));
    }
    let counted = language.pick(
        format!(
            "Quotes are in a stored answer letter by letter before masking: {} kept, {} dropped. Insights without \
             an answer: {} dropped.",
            evidence.quotes_kept, evidence.quotes_dropped, evidence.insights_dropped
        ),
        format!(
            "Cytaty są przed maskowaniem co do litery w zapisanej wypowiedzi: zachowane {}, odrzucone {}. Wnioski \
             bez wypowiedzi: odrzucone {}.",
            evidence.quotes_kept, evidence.quotes_dropped, evidence.insights_dropped
        ),
    );
    parts.push(Part::note(counted));
    parts
}

fn proven(found: &Proven, discussion: &Discussion, language: Language) -> Vec<Part> {
    let count = language.pick("answers", "wypowiedzi");
    let text = format!("{} ({count}: {})", found.text, found.response_ids.len());
    let quotes = found.quotes.iter().map(|quote| {
        let who = discussion
            .speaker_of(quote.response_id)
            .map(|name| format!("{name} "))
            .unwrap_or_default();
        Part::Quote {
            text: format!(
                "{who}{}",
                language.pick(format!("“{}”", quote.text), format!("„{}”", quote.text),)
            ),
        }
    });
    std::iter::once(Part::Paragraph { text }).chain(quotes).collect()
}

fn tones(shares: &[SummaryShare], language: Language) -> Vec<Bar> {
    let bar = |share: &SummaryShare| {
        let label = match share.label.as_str() {
            "positive" => language.pick("Well disposed", "Przychylnie"),
            "negative" => language.pick("Critical", "Krytycznie"),
            _ => language.pick("Between", "Pośrodku"),
        };
        let of = format!("{} / {}", share.people, number::whole(share.n as u64, language));
        Bar {
            label: label.to_owned(),
            from: 0.0,
            to: share.share,
            band: Some([share.low, share.high]),
            value: format!("{of}, {}", percent(share.share, language)),
        }
    };
    shares.iter().map(bar).collect()
}
