//! A survey's results as a report: each question's figures with their intervals, and what they cannot tell.

use records::survey::results::Figures;
use shared::Language;
use shared::survey::result::{
    OpenStatistics, QuestionAnalytics, RatingStatistics, Share, Statistics,
};
use shared::text::number::{decimal, p_value, percent, whole};

use super::{Bar, Column, Part, Report};

/// The report of the figures of a survey with this title and description. What people said in them is masked already, or
/// need not be; names in what the researcher wrote are masked with the report as a whole.
pub(crate) fn survey(
    (title, description): (String, Option<String>),
    figures: &Figures,
    language: Language,
) -> Report {
    let mut parts: Vec<Part> = description.iter().flat_map(|text| Part::paragraphs(text)).collect();
    parts.extend(flow(figures, language));
    parts.push(Part::section(language.pick("Answers", "Odpowiedzi")));
    for one in &figures.question_analytics {
        parts.extend(question(one, figures, language));
    }
    parts.extend(order(figures, language));
    parts.extend(made(figures, language));
    parts.push(Part::section(
        language.pick("What the results cannot tell", "Czego wyniki nie mówią"),
    ));
    parts.push(Part::list(figures.limits.iter().cloned()));
    let kicker = language.pick("A survey of synthetic people", "Ankieta wśród syntetycznych osób");
    Report { title, kicker: kicker.to_owned(), language, parts }
}

fn flow(figures: &Figures, language: Language) -> Vec<Part> {
    let flow = &figures.completion;
    let number = |n: u32| whole(n.into(), language);
    let verdict = language.pick(
        format!(
            "{} of {} people who were asked answered everything.",
            number(flow.complete),
            number(flow.invited)
        ),
        format!(
            "Na wszystko odpowiedziało {} z {} zapytanych osób.",
            number(flow.complete),
            number(flow.invited)
        ),
    );
    let failed: u32 = flow.failed.values().sum();
    let facts = [
        (language.pick("Responses wanted", "Odpowiedzi w planie"), number(flow.target)),
        (language.pick("People missing for that", "Brakujące osoby"), number(flow.shortfall)),
        (language.pick("Could not be asked", "Nie udało się zapytać"), number(failed)),
        (language.pick("Dropped out", "Przerwało"), number(flow.dropped_out)),
    ];
    vec![Part::Panel { text: vec![verdict] }, Part::facts(language, facts)]
}

fn question(one: &QuestionAnalytics, figures: &Figures, language: Language) -> Vec<Part> {
    let flow = figures.completion.questions.iter().find(|flow| flow.question_id == one.question_id);
    let (n, asked) = (one.responses_count, flow.map_or(0, |flow| flow.asked));
    let mut parts = vec![
        Part::subsection(one.question_title.clone()),
        Part::note(language.pick(
            format!("{n} answers of {asked} asked"),
            format!("{n} odpowiedzi, zapytano {asked}"),
        )),
    ];
    let title = one.question_title.as_str();
    match &one.statistics {
        Statistics::Rating(rating) => parts.extend(rated(title, rating, language)),
        Statistics::Nps(nps) => {
            let [low, high] = nps.nps.interval.map(|x| decimal(x, 0, language));
            let score = decimal(nps.nps.value, 0, language);
            parts.push(Part::Paragraph { text: format!("NPS {score} ({low} … {high})") });
            parts.extend(rated(title, &nps.rating, language));
        }
        Statistics::Matrix(matrix) => {
            for (row, rating) in &matrix.rows {
                parts.push(Part::Heading { level: 3, text: row.clone() });
                parts.extend(rated(&format!("{title}: {row}"), rating, language));
            }
        }
        Statistics::Numeric(numeric) => {
            let unit = numeric.unit.as_deref().unwrap_or_default();
            let [median, low, high] = [numeric.median, numeric.quartiles[0], numeric.quartiles[1]]
                .map(|x| decimal(x, 1, language));
            let text = language.pick(
                format!("Median {median} {unit}; the middle half: {low} to {high}"),
                format!("Mediana {median} {unit}; środkowa połowa: {low} do {high}"),
            );
            parts.push(Part::Paragraph { text });
            parts.extend(shares(title, &numeric.histogram, language));
        }
        Statistics::Ranking(ranking) => {
            parts.push(Part::note(language.pick("Put first:", "Na pierwszym miejscu:")));
            parts.extend(shares(title, &ranking.shares, language));
        }
        Statistics::Choice(choice) => parts.extend(shares(title, &choice.shares, language)),
        Statistics::Multiple(multiple) => parts.extend(shares(title, &multiple.shares, language)),
        Statistics::Open(open) => parts.extend(said(open, language)),
        Statistics::Empty {} => {
            parts.push(Part::note(language.pick("Nobody answered.", "Nikt nie odpowiedział.")));
        }
    }
    parts
}

fn rated(title: &str, rating: &RatingStatistics, language: Language) -> Vec<Part> {
    let number = |x: f64| decimal(x, 2, language);
    let interval = rating
        .mean_interval
        .map(|[low, high]| format!(" ({} … {})", number(low), number(high)))
        .unwrap_or_default();
    let [mean, std] = [rating.mean, rating.std].map(number);
    let [top, bottom] = [rating.top_two, rating.bottom_two].map(|one| percent(one.share, language));
    let text = language.pick(
        format!(
            "Mean {mean}{interval}, standard deviation {std}, two highest {top}, two lowest {bottom}"
        ),
        format!(
            "Średnia {mean}{interval}, odchylenie standardowe {std}, dwa najwyższe {top}, dwa \
             najniższe {bottom}"
        ),
    );
    let mut parts = vec![Part::Paragraph { text }];
    parts.extend(shares(title, &rating.shares, language));
    parts.extend(rating.reactions.iter().map(|reaction| Part::Quote {
        text: format!("{} ({})", reaction.text, number(reaction.mean)),
    }));
    parts
}

/// Bars with the range in which 95 of 100 repetitions would lie, and the same in numbers.
fn shares(title: &str, shares: &[Share], language: Language) -> Vec<Part> {
    if shares.is_empty() {
        return Vec::new();
    }
    let most = shares.iter().map(|share| share.interval[1].max(share.share));
    let most = most.fold(f64::EPSILON, f64::max);
    let place = |x: f64| (x / most).clamp(0.0, 1.0);
    let range = |share: &Share| {
        let [low, high] = share.interval;
        format!("{}–{}", decimal(low * 100.0, 1, language), percent(high, language))
    };
    let bars = shares.iter().map(|share| Bar {
        label: share.key.clone(),
        from: 0.0,
        to: place(share.share),
        band: Some(share.interval.map(place)),
        value: percent(share.share, language),
    });
    let rows = shares.iter().map(|share| {
        let (part, n) = (percent(share.share, language), whole(share.count, language));
        vec![share.key.clone(), part, range(share), n]
    });
    let columns = vec![
        Column::wide(language.pick("Answer", "Odpowiedź")),
        Column::number(language.pick("Share", "Udział")),
        Column::number("95%"),
        Column::number("n"),
    ];
    vec![Part::chart(title, bars.collect()), Part::Table { columns, rows: rows.collect() }]
}

fn said(open: &OpenStatistics, language: Language) -> Vec<Part> {
    let quote = |text: &String| Part::Quote { text: text.clone() };
    let counted = |name: &str, n: u64, share: f64, interval: [f64; 2]| {
        let [low, high] = interval.map(|x| percent(x, language));
        Part::Paragraph {
            text: format!("{name}: {n}, {} ({low} … {high})", percent(share, language)),
        }
    };
    let mut parts = Vec::new();
    for code in &open.codes {
        parts.push(counted(&code.label, code.count, code.share, code.interval));
        parts.extend(code.examples.iter().map(quote));
    }
    for theme in &open.themes {
        let words = theme.words.join(", ");
        parts.push(counted(&words, theme.count, theme.share, theme.interval));
        parts.extend(theme.examples.iter().map(quote));
    }
    if parts.is_empty() {
        parts.extend(open.sample_responses.iter().map(quote));
    }
    parts
}

fn order(figures: &Figures, language: Language) -> Vec<Part> {
    if figures.order_effects.is_empty() {
        return Vec::new();
    }
    let rows = figures.order_effects.iter().map(|effect| {
        let what = match effect.of.as_str() {
            "options" => language.pick("place of the option", "miejsce odpowiedzi"),
            _ => language.pick("early or late", "wcześnie lub późno"),
        };
        vec![effect.question_id.clone(), what.to_owned(), p_value(effect.adjusted_p, language)]
    });
    vec![
        Part::section(language.pick("Did the order matter?", "Czy kolejność miała znaczenie?")),
        Part::Table {
            columns: vec![
                Column::wide(language.pick("Question", "Pytanie")),
                Column::wide(language.pick("Order of what", "Kolejność czego")),
                Column::number("p"),
            ],
            rows: rows.collect(),
        },
    ]
}

fn made(figures: &Figures, language: Language) -> Vec<Part> {
    let manifest = &figures.manifest;
    let seed = manifest.seed.map(|seed| seed.0.to_string()).unwrap_or_default();
    let mut facts = vec![
        (language.pick("Seed", "Ziarno"), seed),
        (
            language.pick("Instrument, SHA-256", "Narzędzie, SHA-256"),
            manifest.instrument_sha256.clone(),
        ),
        (language.pick("People, SHA-256", "Osoby, SHA-256"), manifest.people_sha256.clone()),
        (language.pick("Answers, SHA-256", "Odpowiedzi, SHA-256"), manifest.answers_sha256.clone()),
    ];
    if !manifest.rated_by.is_empty() {
        let by = manifest.rated_by.iter().cloned().collect::<Vec<_>>().join(", ");
        facts.push((language.pick("Reactions in words rated by", "Reakcje słowne ocenił"), by));
    }
    if let Some(weighting) = &figures.weighting {
        let n = decimal(weighting.effective_n, 0, language);
        let by = format!("{} (n = {n})", weighting.attributes.join(", "));
        facts.push((language.pick("Weighted by", "Ważone według"), by));
    }
    let title = language.pick("How the figures were made", "Jak powstały liczby");
    vec![Part::section(title), Part::facts(language, facts)]
}
